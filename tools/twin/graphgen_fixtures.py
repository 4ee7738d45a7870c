"""Fixtures of graphgen's network for the C engine: walks, outputs, loss and every parameter's gradient.

    python3 graphgen_fixtures.py DIR            writes DIR/{graph,graph0}.safetensors
    python3 graphgen_fixtures.py --check DIR    makes them anew and compares; exit 1 if one differs

graph0 has neither labels nor weights nor a previous step; graph has them all. A file is a small random model (weights
`graph.*`, a complete config) plus, for samples s = 0..S-1 of n[s] nodes one after the other (pairs likewise, in the
page's order):
  in.n (S) in.a (sum n) in.b (sum m) I64, in.x (sum n, 3) in.t (S), and in graph in.xs (sum n, 3) in.p_edge in.y (sum m)
  walk.node (sum n, U) walk.pair (sum m, W): the features made of these
  target.x1 (sum n, 3) target.class target.edge I64, in graph target.y target.z (sum m)
  out.x1 (not projected) out.class out.bond out.edge, out.p_edge (sum m), out.loss (parts..., total last)
  grad.graph.<name>: derivative of the loss, the mean over the S samples
Inputs and weights are exact in float32; everything is computed in float64 and stored in float32.
"""
import functools
import json

import numpy as np
import torch

import fixture
import graphgen
import laws
from fixture import exact

SMALL = dict(d=32, K=5, P=12, H=4, F=40, L=2, Q=0, N=12)
CASES = {  # sizes of the network, nodes of each sample, config
    "graph": (dict(SMALL, C=3, B=4, U=5, W=7), [5, 2, 11, 1, 7],
              {"node_labels": [0, 1, 7], "edge_labels": [1, 2, 3], "labelled": True, "mean_degree": 2.385,
               "weights": {"log_mean": 0.3, "log_sd": 0.7}}),
    "graph0": (dict(SMALL, d=24, H=3, L=1, C=1, B=2, U=3, W=4), [6, 2, 9, 1, 3],
               {"node_labels": [0], "edge_labels": [1], "labelled": False, "mean_degree": 1.618}),
}


def random_sample(rng, c, n, full):
    """One sample of n nodes with unequal values; t away from 0 and 1. Two nodes are not joined, in data and state; of
    three nothing is decided."""
    m, C, B = laws.pairs(n), c["C"], c["B"]
    x = exact(rng.normal(0, 0.35 * np.sqrt(n), (n, 3)))
    s = {"a": rng.integers(C + 1, size=n), "b": rng.integers(B + 1, size=m), "x": x, "t": exact(rng.uniform(0.1, 0.97)),
         "x1": exact(x + rng.normal(0, 0.5, (n, 3))), "class": rng.integers(C, size=n), "edge": rng.integers(B, size=m)}
    if n == 2:
        s["b"][:] = s["edge"][:] = 0
    if n == 3:
        s["b"][:] = B
    if full:
        s["xs"], s["p_edge"] = exact(x + rng.normal(0, 0.4, (n, 3))), exact(rng.random(m))
        s["y"], s["z"] = (exact(rng.normal(0, 1, m)) for _ in range(2))
        s["y1"] = np.where(s["edge"] > 0, exact(rng.normal(0, 1, m)), 0)
    return s


def make(name):
    c, sizes, config = CASES[name]
    rng = np.random.default_rng([11, len(name)])
    full = "weights" in config
    net = fixture.randomise(graphgen.net(c, full), rng)
    samples, outs, total = [random_sample(rng, c, n, full) for n in sizes], [], 0
    for s in samples:
        b = {k: torch.as_tensor(np.asarray(v))[None] for k, v in s.items()}
        n = len(s["a"])
        p_edge = b.get("p_edge", torch.tensor(graphgen.density(config["mean_degree"], n), dtype=torch.float64))
        out = graphgen.estimate(net, b, p_edge, b.get("xs"))
        value, parts = graphgen.loss(c["C"], c["B"], out, b)
        total = total + value / len(samples)
        out["p_edge"] = graphgen.previous(out)[1]
        s["node"], s["pair"] = (f[0].numpy() for f in graphgen.features(b["b"], c["B"], n, c["U"], p_edge, b.get("y")))
        outs.append({**{k: v.detach().numpy()[0] for k, v in out.items()},
                     "loss": np.array([p.item() for p in parts] + [value.item()])})
    total.backward()
    res = {f"graph.{k}": net[k].detach().numpy() for k in net.names()}
    arrays = {"in.a": "a", "in.b": "b", "in.x": "x", "in.t": "t", "walk.node": "node", "walk.pair": "pair",
              "target.x1": "x1", "target.class": "class", "target.edge": "edge"}
    if full:
        arrays.update({"in.xs": "xs", "in.p_edge": "p_edge", "in.y": "y", "target.y": "y1", "target.z": "z"})
    res.update((k, np.concatenate([np.atleast_1d(s[v]) for s in samples])) for k, v in arrays.items())
    for k in outs[0]:
        v = [o[k] for o in outs]
        res[f"out.{k}"] = np.mean(v, 0) if k == "loss" else np.concatenate(v)
    for k in net.names():
        if net[k].requires_grad:
            res[f"grad.graph.{k}"] = np.zeros(net[k].shape) if net[k].grad is None else net[k].grad.numpy()
    res = {k: v.astype(np.int64 if v.dtype.kind == "i" else np.float32) for k, v in res.items()}
    res["in.n"] = np.array(sizes, np.int64)
    config = {"graph": c, **config, "sizes": np.bincount(sizes).tolist(), "layout": "stress"}
    return res, {"format": "sigen-graphgen-1", "config": json.dumps(config),
                 "made": "python3 tools/twin/graphgen_fixtures.py tests/data/twin"}


if __name__ == "__main__":
    fixture.main({name: functools.partial(make, name) for name in CASES})
