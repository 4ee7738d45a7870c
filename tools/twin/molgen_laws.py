"""Training batches of molgen from a cache (doc/molgen-cache.md) under the laws of doc/molgen-net.md. See laws.py."""
import json
import math

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment

import modelfile
import molgen
from laws import centred, paired, pairs, ragged

SIZES = {"heavy": dict(d=128, K=16, P=32, H=8, F=256, L=6),
         "hydro": dict(d=64, K=8, P=16, H=8, F=128, L=3),
         "predict": dict(d=128, K=16, P=32, H=8, F=256, L=4)}


class Data:
    """One cache in memory, with molecules of equal size together: group[size] = dict of arrays."""
    parts, format, unit = tuple(molgen.HEADS), "sigen-molgen-1", "molecules"
    same, kept = ("classes",), {"token_shift": 1.0}

    def __init__(self, path, part):
        a, meta = modelfile.load(path)
        if meta.get("format") != "sigen-molgen-cache-1":
            raise SystemExit(f"{path}: no molgen cache")
        self.part, self.info = part, json.loads(meta["cache"])
        self.source = self.info.get("source", "")
        self.n, self.nh = a["n"].astype(int), a["nh"].astype(int)
        none = np.zeros((len(self.n), 0))
        self.prop = np.where(a.get("known", none), a.get("prop", none), np.nan).astype(float)
        self.a = a
        C = len(self.info["classes"])
        size = self.n if part == "heavy" else self.n + self.nh
        cls, bond, x = ragged(a["class"], self.n), ragged(a["bond"], pairs(self.n)), ragged(a["x"], self.n)
        parent, hx = ragged(a["h.parent"], self.nh), ragged(a["h.x"], self.nh)
        self.group = {}
        for s in np.unique(size):
            pick = np.flatnonzero(size == s)
            if s < 2 or (part != "heavy" and not (self.nh[pick] > 0).any()):
                continue
            if part != "heavy":
                pick = pick[self.nh[pick] > 0]
            g = {"prop": self.prop[pick], "heavy": self.n[pick]}
            if part == "heavy":
                g["class"] = np.stack([cls[k] for k in pick]).astype(np.int64)
                g["bond"] = np.stack([bond[k] for k in pick]).astype(np.int64)
                g["x"] = np.stack([x[k] for k in pick])
            else:
                g["class"] = np.stack([np.concatenate([cls[k], np.full(self.nh[k], C)]) for k in pick]).astype(np.int64)
                g["bond"] = np.stack([all_bonds(bond[k], self.n[k], parent[k]) for k in pick])
                g["x"] = np.stack([np.concatenate([x[k], hx[k]]) for k in pick])
                g["parent"] = [parent[k].astype(int) for k in pick]
            self.group[int(s)] = g
        self.counts = np.array([len(g["x"]) for g in self.group.values()])
        self.count, self.config = len(self.n), self.vocab()

    def vocab(self):
        top = int(self.n.max())
        sq = np.array([(r.astype(float) ** 2).mean() for r in ragged(self.a["x"], self.n)])
        sd, last = [0.0], 1.0
        for n in range(1, top + 1):
            if n > 1 and (self.n == n).any():
                last = math.sqrt(sq[self.n == n].mean() * n / (n - 1))
            sd.append(last)
        return {"classes": self.info["classes"],
                "properties": [{**p, **statistics(self.prop[:, q], self.n, top)} for q, p in enumerate(self.info["properties"])],
                "max_nodes": int((self.n + self.nh).max()), "sizes": np.bincount(self.n).tolist(), "noise_sd": sd,
                "token_shift": 2.0, "hydro_noise": 0.6,
                **{k: self.info[k] for k in ("closed_shell", "net_charge") if k in self.info}}      # first caches lack them

    def batch(self, size, seed, step, rank=0, ranks=1, jitter=0.02, noise=0.05):
        """Samples of one number of nodes; "self": whether they are self-conditioned."""
        common = np.random.default_rng([seed, step])          # the same on every rank
        n = list(self.group)[common.choice(len(self.counts), p=self.counts / self.counts.sum())]
        self_cond = bool(common.random() < 0.5)
        rng = np.random.default_rng([seed, step, rank + 1])
        g, S = self.group[n], size // ranks
        pick = rng.integers(len(g["x"]), size=S)
        x1, cls, bond, prop = (g[k][pick] for k in ("x", "class", "bond", "prop"))
        x1 = x1.astype(float)
        stat = self.config["properties"]
        y = (prop - [p["mean"] for p in stat]) / [p["sd"] for p in stat]
        out = {"self": self_cond, "n": n, "heavy": g["heavy"][pick]}
        if self.part == "heavy":
            late = 1 - 0.1 * np.exp(-3.5 * rng.random(S))
            t = np.where(rng.random(S) < 0.15, late, np.sqrt(rng.random(S)))
            s, share = t[:, None, None], (t / (t + self.config["token_shift"] * (1 - t)))[:, None]
            x0 = paired(centred(self.config["noise_sd"][n] * rng.standard_normal(x1.shape)), x1)
            x = (1 - s) * x0 + s * x1 + noise * (1 - s) * centred(rng.standard_normal(x1.shape))
            a = np.where(rng.random(cls.shape) < share, cls, len(self.config["classes"]))
            b = np.where(rng.random(bond.shape) < share, bond, 4)
            u, one = rng.random((S, 1)), np.arange(y.shape[1]) == rng.integers(max(1, y.shape[1]), size=(S, 1))
            k = np.where(u < 0.6, one, rng.random(y.shape) < 0.5) & (u >= 0.2) & np.isfinite(y)
            out.update(y=np.where(k, y, 0), k=k.astype(float))
        else:
            a, b = cls, bond
            moves = (np.arange(n) >= out["heavy"][:, None])[..., None]
            if self.part == "predict":
                t, x = np.ones(S), x1 + jitter * rng.standard_normal(x1.shape)
                out["prop"] = y
            else:
                t = np.sqrt(rng.random(S))                        # Beta(2, 1)
                x = x1 + jitter / 2 * rng.standard_normal(x1.shape)
                parent = [g["parent"][k] for k in pick]
                at = np.stack([np.concatenate([np.arange(n - len(p)), p]) for p in parent])
                x1 = x1 + np.take_along_axis(x - x1, at[..., None], 1)    # hydrogens move with their parent's jitter
                x0 = np.take_along_axis(x, at[..., None], 1) + self.config["hydro_noise"] * rng.standard_normal(x1.shape)
                for r, f, p in zip(x0, x1, parent):
                    pair_hydrogens(r, f, p, n - len(p))
                x = np.where(moves, (1 - t[:, None, None]) * x0 + t[:, None, None] * x1, x)
                x1 = np.where(moves, x1, x)
        out.update(a=a, b=b, t=t, x=x, x1=x1, **{"class": cls, "bond": bond})
        return [(1.0, out)]

    def held_out(self, size, seed, step):
        return []

    def new_net(self, sizes):
        C, heavy = len(self.config["classes"]), self.part == "heavy"
        data = dict(C=C if heavy else C + 1, B=4 if heavy else 6, Q=0 if self.part == "hydro" else len(self.config["properties"]),
                    N=len(self.config["sizes"]) - 1 if heavy else self.config["max_nodes"])
        return molgen.net(self.part, {**SIZES[self.part], **data, **sizes})

    def loss(self, net, s):
        known, xs = (s.get("y"), s.get("k")), None
        if s["self"] and self.part != "predict":
            with torch.no_grad():
                first = net(s["a"], s["b"], s["x"], None, s["t"], *known)["x1"]
            xs = molgen.project(self.part, first, s["x"], s["heavy"])
        out = net(s["a"], s["b"], s["x"], xs, s["t"], *known)
        return molgen.loss(self.part, net.sizes["C"], net.sizes["B"], out, s, self.config["token_shift"])


def statistics(y, n, top):
    n, y = n[np.isfinite(y)], y[np.isfinite(y)]
    s, k, var = np.sort(y), len(y) - 1, y.var()
    sizes = range(1, top + 1)
    mean = [0.0] + [y[n == i].mean() if (n == i).any() else y.mean() for i in sizes]
    sd = [0.0] + [math.sqrt(max(y[n == i].var() if (n == i).sum() > 1 else var, 1e-4 * var)) for i in sizes]
    return {"mean": y.mean(), "sd": y.std(), "min": s[0], "max": s[-1], "q001": s[int(0.001 * k)],
            "q999": s[int(0.999 * k)], "size_mean": mean, "size_sd": sd}


def all_bonds(bond, n, parent):
    """Bond classes with hydrogens as nodes: 0..3 among heavy atoms, 4 to a hydrogen, 5 none."""
    m = n + len(parent)
    b = np.full((m, m), 5, np.int64)
    b[np.triu_indices(n, 1)] = bond
    b[parent, np.arange(n, m)] = 4
    return b[np.triu_indices(m, 1)]


def pair_hydrogens(x0, x1, parent, n):
    """Hydrogens of one parent are exchangeable: their noise is permuted to the data."""
    for a in np.flatnonzero(np.bincount(parent) > 1):
        at = n + np.flatnonzero(parent == a)
        c = ((x1[at][:, None] - x0[at][None]) ** 2).sum(-1)
        x0[at] = x0[at[linear_sum_assignment(c)[1]]]
