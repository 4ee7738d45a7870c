"""Fixtures of molgen's network for the C engine: inputs, outputs, loss and every parameter's gradient.

    python3 fixtures.py DIR            writes DIR/{heavy,heavy0,hydro,predict}.safetensors
    python3 fixtures.py --check DIR    makes them anew and compares; exit 1 if one differs

A file is a small random model in the model-file format (weights `<head>.*`, config) plus, for samples
s = 0..S-1 of n[s] nodes stored one after the other (pairs likewise, in the page's order):
  in.n (S) in.a (sum n) in.b (sum m) I64, in.x in.xs (sum n, 3) in.t (S) in.y in.k (S,Q)
  target.x1 target.class target.bond target.prop, in.heavy (S) as the loss of the law needs them
  out.x1 (not projected) out.class out.bond out.prop, out.loss (parts..., total last)
  grad.<head>.<name>: derivative of the loss, the mean over the S samples
Inputs and weights are exact in float32; everything is computed in float64 and stored in float32.
Absent xs: the network runs without self-conditioning. Golden values: PyTorch autograd (float64).
"""
import functools
import json

import numpy as np
import torch

import fixture
import laws
import molgen
from fixture import exact

SMALL = dict(d=32, K=5, P=12, H=4, F=40, L=2)
CASES = {  # head, sizes, nodes of each sample, self-conditioning
    "heavy": ("heavy", dict(SMALL, C=7, B=4, Q=2, N=9, T=2), [5, 2, 9, 1, 4], True),
    "heavy0": ("heavy", dict(SMALL, d=24, H=3, L=1, C=7, B=4, Q=0, N=6), [6, 3, 8], False),
    "hydro": ("hydro", dict(SMALL, K=4, P=8, C=8, B=6, Q=0, N=12, T=1), [6, 11, 3], True),
    "predict": ("predict", dict(SMALL, K=4, P=8, C=8, B=6, Q=3, N=12), [7, 12, 4], False),
}


def random_sample(rng, head, c, n, with_xs):
    """One sample of n nodes with dense, unequal values; t away from 0 and 1."""
    m, C, B = laws.pairs(n), c["C"], c["B"]
    x = exact(rng.normal(0, 1.4, (n, 3)))
    s = {"a": rng.integers(C + 1 if head == "heavy" else C, size=n), "x": x, "t": exact(rng.uniform(0.1, 0.97)),
         "b": rng.integers(B + 1 if head == "heavy" else B, size=m), "x1": exact(x + rng.normal(0, 0.5, (n, 3))),
         "heavy": max(1, n // 2), "class": rng.integers(C, size=n), "bond": rng.integers(B, size=m)}
    if with_xs:
        s["xs"] = exact(x + rng.normal(0, 0.4, (n, 3)))
    if c["Q"]:
        s["y"], s["k"] = exact(rng.normal(0, 1, c["Q"])), (rng.random(c["Q"]) < 0.6).astype(float)
        s["prop"] = exact(rng.normal(0, 1.5, c["Q"]))
    return s


def make(name):
    head, c, sizes, with_xs = CASES[name]
    rng = np.random.default_rng([7, len(name), ord(name[0]), ord(name[-1])])
    net = fixture.randomise(molgen.net(head, c), rng)
    samples = [random_sample(rng, head, c, n, with_xs) for n in sizes]
    outs, total = [], 0
    for s in samples:
        b = {k: torch.as_tensor(np.asarray(v))[None] for k, v in s.items()}
        known = (b["y"], b["k"]) if "y" in b and head == "heavy" else (None, None)
        out = net(b["a"], b["b"], b["x"], b.get("xs"), b["t"], *known)
        value, parts = molgen.loss(head, c["C"], c["B"], out, b)
        outs.append({**{k: v.detach().numpy()[0] for k, v in out.items()},
                     "loss": np.array([p.item() for p in parts] + [value.item()])})
        total = total + value / len(samples)
    total.backward()
    res = {f"{head}.{k}": net[k].detach().numpy().astype(np.float32) for k in net.names()}
    res["in.n"] = np.array(sizes, np.int64)
    keys = ["a", "b", "x", "t"] + (["xs"] if with_xs else []) + (["y", "k"] if c["Q"] and head == "heavy" else [])
    target = {"heavy": ["x1", "class", "bond"], "hydro": ["x1"], "predict": ["prop"]}[head]
    for group, ks in (("in", keys), ("target", target)):
        for k in ks:
            v = [np.atleast_1d(s[k]) for s in samples]
            stack = np.stack(v) if k in ("y", "k", "prop") else np.concatenate(v)
            res[f"{group}.{k}"] = stack.astype(np.int64 if stack.dtype.kind == "i" else np.float32)
    if head == "hydro":
        res["in.heavy"] = np.array([s["heavy"] for s in samples], np.int64)
    for k in outs[0]:
        v = [o[k] for o in outs]
        res[f"out.{k}"] = (np.mean(v, 0) if k == "loss" else np.stack(v) if k == "prop" else np.concatenate(v)).astype(np.float32)
    for k in net.names():
        if net[k].requires_grad:
            g = net[k].grad
            res[f"grad.{head}.{k}"] = (np.zeros(net[k].shape) if g is None else g.numpy()).astype(np.float32)
    meta = {"format": "sigen-molgen-1", "config": json.dumps({head: c}),
            "made": "python3 tools/twin/fixtures.py tests/data/twin"}
    return res, meta


if __name__ == "__main__":
    fixture.main({name: functools.partial(make, name) for name in CASES})
