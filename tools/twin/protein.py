"""The network of protein in PyTorch, written from doc/egnet.md ("Patches and sequences") and doc/protein-net.md, one
chain at a time, float64; and the fixture tests/data/twin/protein.safetensors of the C engine's test.

    python3 tools/twin/protein.py tests/data/twin             # makes it
    python3 tools/twin/protein.py --check tests/data/twin     # makes it anew and compares
"""
import json
import math

import numpy as np
import torch
import torch.nn.functional as F

import fixture
from fixture import exact

PATCH, STEP, SS = 4, 0.38, "HE-"
MU = torch.tensor([.38, .50, .62, .78, .98, 1.25, 1.65, 2.2], dtype=torch.float64)
SIGMA = torch.tensor([.06, .07, .08, .10, .13, .18, .26, .4], dtype=torch.float64)
DIMS = dict(d=32, K=8, P=16, H=2, F=64, L=2, C=1, B=39, Q=2, N=40, U=113, W=128, T=0, A=4, D=8, R=28, O=4, G=2, S=1)
LENGTHS, TIMES = (24, 40), (0.35, 0.9)


def shapes(c):
    d, K, P, H = (c[k] for k in "dKPH")
    out = {"class_embed": (c["C"] + 1, d), "bond_embed": (c["B"] + 1, P), "size_embed": (c["N"] + 1, d),
           "time.w": (16, d), "prop.w": (8 * c["Q"], d), "glob.b": (d,), "glob.w": (d, d), "vec.x": (c["R"], K),
           "rbf.mu": (8,), "rbf.sigma": (8,), "rbf.x": (128, P), "rbf.s": (128, P), "pair.b": (P,),
           "feat.node": (c["U"], d), "feat.pair": (c["W"], P)}
    for i in range(c["L"]):
        for name, s in {"mod.w": (d, 4 * d), "mod.b": (4 * d,), "in.w": (d, 3 * d + 3 * P), "in.b": (3 * d + 3 * P,),
                        "vec_a": (K, K), "dist.w": (K, P), "p1.w": (P, 2 * P), "p1.b": (2 * P,),
                        "p2.w": (2 * P, P + 2 * H + 2 * K), "p2.b": (P + 2 * H + 2 * K,), "vec_x": (K, K),
                        "out.w": (d, d), "out.b": (d,), "sum.w": (2 * P, d), "f1.w": (d, c["F"]), "f1.b": (c["F"],),
                        "fr.w": (K, c["F"]), "f2.w": (c["F"], d + K), "f2.b": (d + K,), "vec_v": (K, K),
                        "cross_in": (K, 2 * c["G"]), "cross_out": (c["G"], K)}.items():
            out[f"l{i}.{name}"] = s
    out.update({"vec_out.w": (K, c["O"]), "m1.w": (d, c["F"]), "m1.b": (c["F"],), "m2.w": (c["F"], c["O"] * c["R"])})
    return out


def soft(v):
    return v / (1 + v.abs() / 4)


def windows(x, known=None):
    """(patches, 7, 3): bonds of the eight residues around each patch, in units of 0.38 nm; 0 where there is none."""
    n = len(x)
    b = torch.zeros(n + 3, 3, dtype=x.dtype)      # bond i - 2 stands between residues i - 2 and i - 1
    real = (x[1:] - x[:-1]) / STEP
    if known is not None:
        real = real * (known[1:] * known[:-1])[:, None]
    b = torch.cat([torch.zeros(2, 3, dtype=x.dtype), real, torch.zeros(3, 3, dtype=x.dtype)])
    return torch.stack([b[PATCH * k:PATCH * k + 7] for k in range(n // PATCH)])


def scalars(x, known=None):
    b = windows(x, known)
    dots = [soft((b[:, :7 - lag] * b[:, lag:]).sum(-1)) for lag in range(4)]
    triple = soft((b[:, :5] * torch.cross(b[:, 1:6], b[:, 2:7], dim=-1)).sum(-1))
    return torch.cat(dots + [triple], -1)


def vectors(x):
    """(patches, 3, 14)"""
    b = windows(x)
    c = torch.cross(b[:, :-1], b[:, 1:], dim=-1)
    c = c / (1 + c.norm(dim=-1, keepdim=True) / 4)
    return torch.cat([x.view(-1, PATCH, 3).mean(1, keepdim=True), b, c], 1).transpose(1, 2)


def radial(x, i, j):
    p = x.view(-1, PATCH, 3)
    u = ((p[i][:, :, None] - p[j][:, None]).square().sum(-1) + 1e-8).sqrt()
    return torch.exp(-0.5 * ((u[..., None] - MU) / SIGMA).square()).flatten(1)


def node_features(x, xs, ask):
    n, rows = len(x), len(x) // PATCH
    ss = torch.zeros(n, 3, dtype=x.dtype)
    for r, letter in enumerate(ask["ss"]):
        if letter in SS:
            ss[r, SS.index(letter)] = 1
    k = torch.arange(rows, dtype=x.dtype)
    angle = 2 * math.pi * k[:, None] / (3 * 2 ** (0.6 * torch.arange(8, dtype=x.dtype)))
    place = torch.stack([angle.sin(), angle.cos()], -1).flatten(1)
    return torch.cat([scalars(x), scalars(xs), scalars(ask["motif"], ask["fixed"]), ask["fixed"].view(rows, 4),
                      ss.view(rows, 12), place], -1)


def ln(x):
    return F.layer_norm(x, x.shape[-1:], eps=1e-5)


class Net:
    def __init__(self, c, w):
        self.c, self.w = c, w

    def lin(self, name, x):
        return x @ self.w[name + ".w"] + self.w[name + ".b"]

    def globals(self, t, n, y):
        a = math.pi * t * torch.arange(1, 9, dtype=torch.float64)
        p = torch.cat([torch.cat([torch.ones(1), v.view(1), torch.exp(-2 * (v - torch.arange(-2.5, 3)).square())]) for v in y])
        return F.silu(torch.cat([a.cos(), a.sin()]) @ self.w["time.w"] + self.w["size_embed"][n] + p @ self.w["prop.w"]
                      + self.w["glob.b"])

    def layer(self, l, g, h, X, z, i, j):
        c, w, n = self.c, self.w, len(h)
        d, K, P, H = (c[k] for k in "dKPH")
        s1, c1, s2, c2 = self.lin(l + "mod", g).chunk(4)
        q, k, v, u, u2, p = self.lin(l + "in", ln(h) * (1 + s1) + c1).split((d, d, d, P, P, P), -1)
        A = X @ w[l + "vec_a"]
        D = A[i] - A[j]
        e = (D.square().sum(1) + 1e-3).sqrt()
        m = z + u[i] + u2[j] + p[i] * p[j] + e @ w[l + "dist.w"]
        dz, b1, b2, g1, g2 = self.lin(l + "p2", F.silu(self.lin(l + "p1", ln(m)))).split((P, H, H, K, K), -1)
        z = z + dz
        D = D / (1 + e)[:, None]
        V = torch.zeros_like(X).index_add(0, i, g1[:, None] * D).index_add(0, j, -g2[:, None] * D) / math.sqrt(n)
        X = X + V @ w[l + "vec_x"]
        bias = torch.zeros(n, n, H, dtype=h.dtype).index_put((i, j), b1).index_put((j, i), b2)
        q, k, v = (r.view(n, H, d // H) for r in (q, k, v))
        att = (torch.einsum("ihc,jhc->ijh", q, k) / math.sqrt(d // H) + bias).softmax(1)
        h = h + self.lin(l + "out", torch.einsum("ijh,jhc->ihc", att, v).reshape(n, d))
        zero = torch.zeros(n, P, dtype=h.dtype)
        h = h + 0.3 * torch.cat([zero.index_add(0, i, z), zero.index_add(0, j, z)], -1) @ w[l + "sum.w"]
        s = (X.square().sum(1) + 1e-3).sqrt()
        f = F.silu(self.lin(l + "f1", ln(h) * (1 + s2) + c2) + s / (1 + s / 4) @ w[l + "fr.w"])
        dh, gate = self.lin(l + "f2", f).split((d, K), -1)
        X = X + (gate / (1 + gate.square()).sqrt())[:, None] * (X @ w[l + "vec_v"])
        a, b = (X @ w[l + "cross_in"]).chunk(2, -1)
        y = torch.cross(a, b, dim=1) / (1 + (a.square().sum(1) + b.square().sum(1))[:, None] / 2)
        return h + dh, X + y @ w[l + "cross_out"], z

    def estimate(self, x, xs, t, ask):
        """x1^ (n,3), centred"""
        c, w, n = self.c, self.w, len(x)
        i, j = torch.triu_indices(n // PATCH, n // PATCH, 1)
        known = ask["fixed"].view(-1, PATCH)
        both = (known[i][:, :, None] * known[j][:, None])[..., None].expand(-1, -1, -1, 8).flatten(1)
        y = torch.tensor([(ask["helix"] - .35) / .25, (ask["strand"] - .25) / .2], dtype=x.dtype)
        g = self.globals(t, n // PATCH, y)
        h = w["class_embed"][0] + g @ w["glob.w"] + node_features(x, xs, ask) @ w["feat.node"]
        v = torch.cat([vectors(x), vectors(xs)], -1)
        X = v @ w["vec.x"]
        z = (w["bond_embed"][j - i - 1] + radial(x, i, j) @ w["rbf.x"] + w["pair.b"] + radial(xs, i, j) @ w["rbf.s"]
             + (both * radial(ask["motif"], i, j)) @ w["feat.pair"])
        for k in range(c["L"]):
            h, X, z = self.layer(f"l{k}.", g, h, X, z, i, j)
        coef = F.silu(self.lin("m1", ln(h))) @ w["m2.w"]
        out = torch.einsum("kor,kxr->kxo", coef.view(-1, c["O"], c["R"]), v) + X @ w["vec_out.w"]
        q = t * t + (1 - t) ** 2
        x1 = t / q * x + (1 - t) / math.sqrt(q) * out.transpose(1, 2).reshape(n, 3)
        return x1 - x1.mean(0)


def base(n):
    """rho and sigma of the base chain, sd of a coordinate"""
    rg = 1.04 * 0.22 * n ** 0.38

    def size(rho):
        k = np.arange(1, n)
        return math.sqrt(3 * STEP ** 2 / (6 * (1 - rho)) * (1 - (n + 2 * ((n - k) * rho ** k).sum()) / n ** 2))
    lo, hi = 0.5, 1 - 1e-9
    for _ in range(60):
        lo, hi = ((lo + hi) / 2, hi) if size((lo + hi) / 2) < rg else (lo, (lo + hi) / 2)
    return lo, STEP / math.sqrt(6 * (1 - lo)), rg / math.sqrt(3)


def loss(x1h, x1, t):
    """white, plain, shape"""
    n, e = len(x1), x1h - x1
    rho, sigma, sd = base(n)
    w = min((t * t + (1 - t) ** 2) / (1 - t) ** 2, 400)
    z = torch.cat([e[:1] / sigma, (e[1:] - rho * e[:-1]) / (sigma * math.sqrt(1 - rho ** 2))])
    white, plain = w * z.square().sum() / (3 * n), w * e.square().sum() / (3 * n * sd ** 2)
    if t <= 0.3:
        return [white, plain, 0 * white]
    i, j = torch.triu_indices(n, n, 1)
    d, real = ((y[i] - y[j]).square().sum(-1).add(1e-8).sqrt() for y in (x1h, x1))
    err = (d - real) / 0.1
    bond, near = j == i + 1, (j > i + 1) & (real < 1.2)
    shape = err[bond].square().mean() + ((1 + err[near].square()).sqrt() - 1).mean()
    return [white, plain, 0.2 * max(min(1 / (1 - t), 10), w / 4) * shape]


def make():
    rng = np.random.default_rng(5)
    w = {k: torch.tensor(exact(rng.normal(0, 0.2 if len(s) == 1 else 0.7 / math.sqrt(s[0]), s)), requires_grad=True)
         for k, s in shapes(DIMS).items()}
    w["rbf.mu"], w["rbf.sigma"] = (torch.tensor(exact(v.numpy())) for v in (MU, SIGMA))
    globals()["MU"], globals()["SIGMA"] = w["rbf.mu"], w["rbf.sigma"]
    net, total, res = Net(DIMS, w), 0, {}
    for s, (n, t) in enumerate(zip(LENGTHS, TIMES)):
        rho, sigma, _ = base(n)
        chain = [np.zeros((n, 3)) for _ in range(3)]
        for x in chain:
            x[0] = sigma * rng.normal(size=3)
            for i in range(1, n):
                x[i] = rho * x[i - 1] + sigma * math.sqrt(1 - rho ** 2) * rng.normal(size=3)
        x1, xt = chain[0], (1 - t) * chain[1] + t * chain[0]
        xs = x1 + 0.05 * rng.normal(size=(n, 3))
        x1, xt, xs = (torch.tensor(exact(v - v.mean(0))) for v in (x1, xt, xs))
        fixed = np.zeros(n)
        fixed[5:15] = 1
        ss = "".join(rng.choice(list("HE-?"), n))
        ask = dict(helix=0.4, strand=0.15, ss=ss, motif=x1, fixed=torch.tensor(fixed))
        y = net.estimate(xt, xs, t, ask)
        part = loss(y, x1, t)
        total = total + sum(part) / len(LENGTHS)
        res.update({f"{s}.x": xt, f"{s}.xs": xs, f"{s}.x1": x1, f"{s}.fixed": fixed, f"{s}.out": y.detach(),
                    f"{s}.ss": np.frombuffer(ss.encode(), np.uint8).astype(float),
                    f"{s}.loss": np.array([p.item() for p in part])})
    total.backward()
    res.update({f"backbone.{k}": v.detach() for k, v in w.items()})
    res.update({f"grad.{k}": v.grad for k, v in w.items() if v.grad is not None})
    return ({k: np.asarray(v).astype(np.float32) for k, v in res.items()},
            {"config": json.dumps({"backbone": DIMS}), "times": json.dumps(TIMES),
             "made": "python3 tools/twin/protein.py tests/data/twin"})


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    fixture.main({"protein": make})
