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
from network import Network

DIMS = dict(F=7, depth=2, L=3, d=16, H=4, c_init=3, c_hid=5, c_final=2)
SIZES = [5, 1, 20, 3, 8]


def channels(c):
    return [c["c_init"]] + [c["c_hid"]] * (c["L"] - 1) + [c["c_final"]]


def shapes(c):
    """{name: (shape, sd of its start values)} of every parameter, in the model file's order."""
    out, ch = {}, channels(c)

    def affine(name, rows, cols, variance=None):
        out[name + ".w"], out[name + ".b"] = ((rows, cols), (variance or 1 / (3 * rows)) ** 0.5), ((cols,), 0.0)

    def convolution(name, rows, cols):
        affine(name, rows, cols, 2 / (rows + cols))

    def readout(name, rows, cols):
        for k, (a, b) in enumerate([(rows, 2 * rows), (2 * rows, 2 * rows), (2 * rows, cols)]):
            affine(f"{name}.out{k}", a, b)

    for k in range(c["depth"]):
        convolution(f"x.conv{k}", c["d"] if k else c["F"], c["d"])
    readout("x", c["F"] + c["depth"] * c["d"], c["F"])
    for l in range(c["L"]):
        last, hid = l == c["L"] - 1, 2 * max(ch[l], ch[l + 1])
        for i in range(ch[l]):
            for kind in "qk" if last else "qkv":
                convolution(f"a{l}.{kind}{i}", c["d"] if l else c["F"], c["d"])
        if not last:
            affine(f"a{l}.node0", ch[l] * c["d"], hid)
            affine(f"a{l}.node1", hid, c["d"])
        out[f"a{l}.att.w"] = out[f"a{l}.adj.w"] = ((ch[l], hid), (6 * ch[l]) ** -0.5)
        out[f"a{l}.adj.b"] = ((hid,), 0.0)
        affine(f"a{l}.pair", hid, ch[l + 1])
    readout("a", sum(ch), 1)
    return out


def eye(A):
    return torch.eye(A.shape[-1], dtype=A.dtype, device=A.device)


def normalised(A):
    """A with its diagonal set to 1, over the roots of the degrees; A (..., N, N)"""
    A = A * (1 - eye(A)) + eye(A)
    root = A.sum(-1).clamp(min=1) ** -0.5
    return root[..., :, None] * A * root[..., None, :]


class Net(Network):
    def __init__(self, sizes):
        assert sizes["d"] % sizes["H"] == 0
        super().__init__("gdss", sizes, shapes(sizes))

    def forward(self, x, A, flags):
        """x (S,N,F) A (S,N,N): noised features and edges, 0 where flags (S,N) are 0 -> outputs of the same shapes"""
        return self.nodes(x, A, flags), self.edges(x, A, flags)

    def convolve(self, names, A, x):
        """Of x (S,N,F) on the normalised graphs A (S,C,N,N), each with weights of its own -> (S,C,N,d)"""
        w, b = (torch.stack([self[f"{name}.{kind}"] for name in names]) for kind in "wb")
        return A @ self.times(x[:, None], w) + b[:, None]

    def readout(self, name, x):
        for k in (0, 1):
            x = F.elu(self.linear(f"{name}.out{k}", x))
        return self.linear(f"{name}.out2", x)

    def nodes(self, x, A, flags):
        xs, A = [x], normalised(A)[:, None]
        for k in range(self.sizes["depth"]):
            x = torch.tanh(self.convolve([f"x.conv{k}"], A, x)[:, 0])
            xs.append(x)
        return self.readout("x", torch.cat(xs, -1)) * flags[..., None]

    def attention(self, q, k):
        """(S,C,N,d) twice -> (S,N,N,C)"""
        H, d = self.sizes["H"], self.sizes["d"]
        q, k = (y.unflatten(-1, (H, d // H)).transpose(2, 3) for y in (q, k))
        a = torch.tanh(q @ k.transpose(-1, -2) / d ** 0.5).mean(2)
        return ((a + a.transpose(-1, -2)) / 2).movedim(1, -1)

    def edges(self, x, A, flags):
        c, ch = self.sizes, channels(self.sizes)
        both = flags[:, :, None] * flags[:, None, :]
        power = [A]
        while len(power) < c["c_init"]:
            power.append(power[-1] @ A)
        now = torch.stack(power, -1)
        every = [now]
        for l in range(c["L"]):
            graphs = normalised(now.movedim(-1, 1))
            q, k = (self.convolve([f"a{l}.{kind}{i}" for i in range(ch[l])], graphs, x) for kind in "qk")
            pair = F.elu(self.product(f"a{l}.att", self.attention(q, k)) + self.linear(f"a{l}.adj", now))
            if l < c["L"] - 1:
                v = self.convolve([f"a{l}.v{i}" for i in range(ch[l])], graphs, x).transpose(1, 2).flatten(2)
                v = self.linear(f"a{l}.node1", F.elu(self.linear(f"a{l}.node0", v)))
                x = torch.tanh(v * flags[..., None])
            pair = self.linear(f"a{l}.pair", pair)
            now = (pair + pair.transpose(1, 2)) * both[..., None]
            every.append(now)
        hollow = both * (1 - eye(A))
        return self.readout("a", torch.cat(every, -1))[..., 0] * hollow


def loss(out, s):
    """1/2 |E[z] - z|^2 of X and of the pairs i < j of A, mean over the samples: the sum, and both. s: noise_x noise_a, and
    scale_x scale_a (S), E[z] over the output."""
    error = [scale[:, None, None] * y - z
             for y, z, scale in zip(out, (s["noise_x"], s["noise_a"]), (s["scale_x"], s["scale_a"]))]
    parts = [0.5 * error[0].square().sum((1, 2)).mean(), 0.5 * error[1].triu(1).square().sum((1, 2)).mean()]
    return sum(parts), parts


def make():
    rng = np.random.default_rng(11)
    c, S, N = DIMS, len(SIZES), max(SIZES)
    net = fixture.randomise(Net(c), rng, 0.7)
    x, zx = np.zeros((S, N, c["F"])), np.zeros((S, N, c["F"]))
    A, zA, flags = np.zeros((S, N, N)), np.zeros((S, N, N)), np.zeros((S, N))
    for s, n in enumerate(SIZES):
        flags[s, :n] = 1
        up = np.triu_indices(n, 1)
        for y, z in ((x, A), (zx, zA)):
            y[s, :n] = exact(rng.normal(0, 0.8, (n, c["F"])))
            z[s][up] = exact(rng.normal(0.1, 0.35, len(up[0])))
            z[s] += z[s].T
    t, one = torch.tensor, torch.ones(S)
    out = net(t(x), t(A), t(flags))
    value, parts = loss(out, {"noise_x": t(zx), "noise_a": t(zA), "scale_x": one, "scale_a": one})
    value.backward()
    res = {f"gdss.{k}": net[k].detach().numpy() for k in net.names()}

    def rows(y):
        return np.concatenate([y[s, :n] for s, n in enumerate(SIZES)])

    def pairs(y):
        return np.concatenate([y[s][np.triu_indices(n, 1)] for s, n in enumerate(SIZES)])

    res.update({"in.x": rows(x), "in.a": pairs(A), "target.x": rows(zx), "target.a": pairs(zA),
                "out.x": rows(out[0].detach().numpy()), "out.a": pairs(out[1].detach().numpy()),
                "out.loss": np.array([parts[0].item(), parts[1].item(), value.item()])})
    res.update({f"grad.gdss.{k}": net[k].grad.numpy() for k in net.names()})
    res = {k: v.astype(np.float32) for k, v in res.items()}
    res["in.n"] = np.array(SIZES, np.int64)
    return res, {"config": json.dumps({"gdss": c}), "made": "python3 tools/twin/gdss.py tests/data/twin"}


if __name__ == "__main__":
    fixture.main({"gdss": make})
