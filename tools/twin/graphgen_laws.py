"""Training batches of graphgen from a cache (doc/graphgen-cache.md) under the law of doc/graphgen-net.md. See laws.py."""
import json
import math

import numpy as np
import torch

import graphgen
import modelfile
from laws import centred, paired, pairs, ragged


class Graphs:
    """Graphs of a cache, for either network."""
    format, unit, kept = "sigen-graphgen-1", "graphs", {}

    def __init__(self, path, part):
        self.arrays, meta = modelfile.load(path)
        if meta.get("format") != "sigen-graphgen-cache-1":
            raise SystemExit(f"{path}: no graphgen cache")
        self.info = json.loads(meta["cache"])
        self.source, self.config = self.info["source"], self.info["config"]
        if part not in self.config:
            raise SystemExit(f"{path}: a cache for another network than {part}")
        self.sizes = self.config.pop(part)
        self.n = self.arrays["n"]
        self.count = len(self.n) - self.info["held_out"]
        self.edge = self.of_pairs("edge")

    def of_pairs(self, name):
        return ragged(self.arrays.get(name, np.zeros(0, np.uint8)), pairs(self.n))

    def batch(self, size, seed, step, rank=0, ranks=1):
        return self.draw(np.random.default_rng([seed, step, rank + 1]), 0, self.count, size // ranks)

    def held_out(self, size, seed, step):
        return self.draw(np.random.default_rng([seed, step, 0]), self.count, len(self.n), size)

    def draw(self, rng, first, end, size):
        """A batch of graphs among first..end-1."""
        return self.items(rng, rng.integers(first, end, size=size)) if first < end else []


class Data(Graphs):
    parts, same = ("graph",), ("node_labels", "edge_labels", "weights")

    def __init__(self, path, part):
        super().__init__(path, part)
        self.weighted = "weights" in self.config
        self.graph = {"class": ragged(self.arrays["class"], self.n), "edge": self.edge, "x": ragged(self.arrays["x"], self.n)}
        if self.weighted:
            self.graph["y"] = self.of_pairs("y")

    def new_net(self, sizes):
        sizes = {**self.sizes, **sizes}
        sizes["W"] = sizes["U"] + 1 + self.weighted
        return graphgen.net(sizes, self.weighted)

    def items(self, rng, pick):
        """By numbers of nodes."""
        n = self.n[pick]
        return [(np.mean(n == k), self.samples(rng, int(k), pick[n == k])) for k in np.unique(n)]

    def samples(self, rng, n, pick):
        cls, edge, x1 = (np.stack([self.graph[k][g] for g in pick]) for k in ("class", "edge", "x"))
        cls, edge = cls.astype(np.int64), edge.astype(np.int64)
        S, sd, C, B = len(pick), 0.35 * math.sqrt(n), self.sizes["C"], self.sizes["B"]
        x1 = x1 + self.info["jitter"] * sd * centred(rng.standard_normal(x1.shape))
        x0 = paired(sd * centred(rng.standard_normal(x1.shape)), x1)
        t = np.sqrt(rng.random(S))                             # Beta(2, 1)
        s = t[:, None, None]
        out = {"self": bool(rng.random() < 0.5), "t": t, "x": (1 - s) * x0 + s * x1, "x1": x1, "class": cls, "edge": edge,
               "a": np.where(rng.random(cls.shape) < t[:, None], cls, C),
               "b": np.where(rng.random(edge.shape) < t[:, None], edge, B)}
        if self.weighted:
            y1, z = np.stack([self.graph["y"][g] for g in pick]), rng.standard_normal(edge.shape)
            angle = math.pi / 2 * t[:, None]
            out.update(y1=y1, z=z, y=np.where(edge > 0, np.cos(angle) * z + np.sin(angle) * y1, z))
        return out

    def loss(self, net, s):
        p_edge, xs = graphgen.density(self.config["mean_degree"], s["a"].shape[1]), None
        if s["self"]:
            with torch.no_grad():
                xs, p_edge = graphgen.previous(graphgen.estimate(net, s, p_edge))
        return graphgen.loss(net.sizes["C"], net.sizes["B"], graphgen.estimate(net, s, p_edge, xs), s)
