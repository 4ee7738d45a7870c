"""The networks of sg-graphgen's preset gdss (doc/gdss.md) in PyTorch, and fixtures for the C engine.

    python3 gdss.py DIR            writes DIR/gdss.safetensors
    python3 gdss.py --check DIR    makes it anew and compares; exit 1 if it differs

Dense: padded batches of whole matrices (S, N, N), both directions of every pair, diagonals and masks in full. The
fixture, a small random model (weights `gdss.*`, config) and for samples s = 0..S-1 of n[s] nodes, one after the other
(pairs i < j likewise): in.n (S) I64, in.x (sum n, F) in.a (sum m), target.x target.a (the noise), out.x out.a,
out.loss (X, A, total), grad.gdss.<name>: derivative of the loss, half the squared error's sum, mean over the samples.
Inputs and weights are exact in float32; everything is computed in float64 and stored in float32.
"""
import json

import numpy as np
import torch
import torch.nn.functional as F

import fixture
from fixture import exact

DIMS = dict(F=7, depth=2, L=3, d=16, H=4, c_init=3, c_hid=5, c_final=2)
SIZES = [5, 1, 20, 3, 8]


def channels(c):
    return [c["c_init"]] + [c["c_hid"]] * (c["L"] - 1) + [c["c_final"]]


def shapes(c):
    """name: shape of every parameter, in the model file's order."""
    out, ch = {}, channels(c)

    def affine(name, rows, cols):
        out[name + ".w"], out[name + ".b"] = (rows, cols), (cols,)

    def readout(name, rows, cols):
        for k, (a, b) in enumerate([(rows, 2 * rows), (2 * rows, 2 * rows), (2 * rows, cols)]):
            affine(f"{name}.out{k}", a, b)

    for k in range(c["depth"]):
        affine(f"x.conv{k}", c["d"] if k else c["F"], c["d"])
    readout("x", c["F"] + c["depth"] * c["d"], c["F"])
    for l in range(c["L"]):
        last, hid = l == c["L"] - 1, 2 * max(ch[l], ch[l + 1])
        for i in range(ch[l]):
            for kind in "qk" if last else "qkv":
                affine(f"a{l}.{kind}{i}", c["d"] if l else c["F"], c["d"])
        if not last:
            affine(f"a{l}.node0", ch[l] * c["d"], hid)
            affine(f"a{l}.node1", hid, c["d"])
        out[f"a{l}.att.w"] = out[f"a{l}.adj.w"] = (ch[l], hid)
        out[f"a{l}.adj.b"] = (hid,)
        affine(f"a{l}.pair", hid, ch[l + 1])
    readout("a", sum(ch), 1)
    return out


class Net:
    def __init__(self, c, weights):
        self.c, self.w = c, weights

    def affine(self, name, x):
        return x @ self.w[name + ".w"] + self.w[name + ".b"]

    def convolve(self, name, A, x):
        n = A.shape[-1]
        eye = torch.eye(n, dtype=A.dtype)
        A = A * (1 - eye) + eye
        root = A.sum(-1).clamp(min=1) ** -0.5
        return (root[..., :, None] * A * root[..., None, :]) @ (x @ self.w[name + ".w"]) + self.w[name + ".b"]

    def readout(self, name, x):
        for k in (0, 1):
            x = F.elu(self.affine(f"{name}.out{k}", x))
        return self.affine(f"{name}.out2", x)

    def nodes(self, x, A, flags):
        xs = [x]
        for k in range(self.c["depth"]):
            x = torch.tanh(self.convolve(f"x.conv{k}", A, x))
            xs.append(x)
        return self.readout("x", torch.cat(xs, -1)) * flags[..., None]

    def attention(self, l, i, x, A):
        c = self.c
        q, k = self.convolve(f"a{l}.q{i}", A, x), self.convolve(f"a{l}.k{i}", A, x)
        q, k = (y.unflatten(-1, (c["H"], c["d"] // c["H"])).transpose(-2, -3) for y in (q, k))
        a = torch.tanh(q @ k.transpose(-1, -2) / c["d"] ** 0.5).mean(-3)
        return (a + a.transpose(-1, -2)) / 2

    def edges(self, x, A, flags):
        c, ch = self.c, channels(self.c)
        both = flags[:, :, None] * flags[:, None, :]
        power = [A]
        while len(power) < c["c_init"]:
            power.append(power[-1] @ A)
        now = torch.stack(power, -1)
        every = [now]
        for l in range(c["L"]):
            att = torch.stack([self.attention(l, i, x, now[..., i]) for i in range(ch[l])], -1)
            pair = F.elu(att @ self.w[f"a{l}.att.w"] + now @ self.w[f"a{l}.adj.w"] + self.w[f"a{l}.adj.b"])
            if l < c["L"] - 1:
                v = torch.cat([self.convolve(f"a{l}.v{i}", now[..., i], x) for i in range(ch[l])], -1)
                v = self.affine(f"a{l}.node1", F.elu(self.affine(f"a{l}.node0", v)))
                x = torch.tanh(v * flags[..., None])
            pair = self.affine(f"a{l}.pair", pair)
            now = (pair + pair.transpose(1, 2)) * both[..., None]
            every.append(now)
        hollow = both * (1 - torch.eye(A.shape[-1], dtype=A.dtype))
        return self.readout("a", torch.cat(every, -1))[..., 0] * hollow


def make():
    rng = np.random.default_rng(11)
    c, S, N = DIMS, len(SIZES), max(SIZES)
    w = {k: torch.tensor(exact(rng.normal(0, 0.3 if len(s) == 1 else 0.7 / np.sqrt(s[0]), s)), requires_grad=True)
         for k, s in shapes(c).items()}
    x, zx = np.zeros((S, N, c["F"])), np.zeros((S, N, c["F"]))
    A, zA, flags = np.zeros((S, N, N)), np.zeros((S, N, N)), np.zeros((S, N))
    for s, n in enumerate(SIZES):
        flags[s, :n] = 1
        up = np.triu_indices(n, 1)
        for y, z in ((x, A), (zx, zA)):
            y[s, :n] = exact(rng.normal(0, 0.8, (n, c["F"])))
            z[s][up] = exact(rng.normal(0.1, 0.35, len(up[0])))
            z[s] += z[s].T
    net, t = Net(c, w), torch.tensor
    out_x, out_a = net.nodes(t(x), t(A), t(flags)), net.edges(t(x), t(A), t(flags))
    part = [0.5 * ((out_x - t(zx)) ** 2).sum() / S, 0.5 * ((out_a - t(zA)) ** 2).triu(1).sum() / S]
    (part[0] + part[1]).backward()
    res = {f"gdss.{k}": v.detach().numpy() for k, v in w.items()}

    def rows(y):
        return np.concatenate([y[s, :n] for s, n in enumerate(SIZES)])

    def pairs(y):
        return np.concatenate([y[s][np.triu_indices(n, 1)] for s, n in enumerate(SIZES)])

    res.update({"in.x": rows(x), "in.a": pairs(A), "target.x": rows(zx), "target.a": pairs(zA),
                "out.x": rows(out_x.detach().numpy()), "out.a": pairs(out_a.detach().numpy()),
                "out.loss": np.array([part[0].item(), part[1].item(), (part[0] + part[1]).item()])})
    res.update({f"grad.gdss.{k}": v.grad.numpy() for k, v in w.items()})
    res = {k: v.astype(np.float32) for k, v in res.items()}
    res["in.n"] = np.array(SIZES, np.int64)
    return res, {"config": json.dumps({"gdss": c}), "made": "python3 tools/twin/gdss.py tests/data/twin"}


if __name__ == "__main__":
    fixture.main({"gdss": make})
