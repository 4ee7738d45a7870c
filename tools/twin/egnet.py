"""The equivariant network in PyTorch, written from doc/egnet.md (names, shapes and letters are the page's), for modules
whose nodes are points with tokens: molgen, graphgen.

A batch holds S samples of the same number n of nodes, so nothing is padded. Pairs i<j are rows.
"""
import functools
import math

import torch
import torch.nn.functional as F

from network import Network

R = 34
MU = [0.13 * (r + 1) for r in range(23)] + [3.3, 3.7, 4.1, 4.5, 5, 5.5, 6, 7, 8, 9, 10]
SIGMA = [0.13] * 23 + [.35, .4, .4, .45, .5, .5, .7, 1, 1, 1, 1]
CENTRES = (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)
FIXED = {"rbf.mu": MU, "rbf.sigma": SIGMA}


def shapes(outputs, c):
    """{tensor name: (shape, sd of its start values)} of one network; outputs: among points, tokens, readout, pairs;
    c: its sizes."""
    d, K, P, H, F_, C, B, Q = (c[k] for k in "dKPHFCBQ")
    out = {}

    def w(name, rows, cols, scale=1.0):
        out[name] = ((rows, cols), scale / math.sqrt(rows))

    def b(name, n):
        out[name] = ((n,), 0.0)

    out["class_embed"] = ((C + 1, d), 0.5)
    out["bond_embed"] = ((B + 1, P), 0.5)
    out["size_embed"] = ((c["N"] + 1, d), 0.1)
    w("time.w", 16, d)
    if Q:
        w("prop.w", 8 * Q, d)
    b("glob.b", d), w("glob.w", d, d)
    w("vec.x", 1, K, 0.5), w("vec.s", 1, K, 0.5)
    b("rbf.mu", R), b("rbf.sigma", R)
    w("rbf.x", R, P), w("rbf.s", R, P), b("pair.b", P)
    if c.get("U"):
        w("feat.node", c["U"], d)
    if c.get("W"):
        w("feat.pair", c["W"], P)
    for i in range(c["L"]):
        w(f"l{i}.mod.w", d, 4 * d, 0), b(f"l{i}.mod.b", 4 * d)
        w(f"l{i}.in.w", d, 3 * d + 2 * P), b(f"l{i}.in.b", 3 * d + 2 * P)
        w(f"l{i}.vec_a", K, K), w(f"l{i}.dist.w", K, P)
        w(f"l{i}.p1.w", P, 2 * P), b(f"l{i}.p1.b", 2 * P)
        w(f"l{i}.p2.w", 2 * P, P + H + K, 0.5), b(f"l{i}.p2.b", P + H + K)
        w(f"l{i}.vec_x", K, K, 0.5)
        w(f"l{i}.out.w", d, d, 0.5), b(f"l{i}.out.b", d), w(f"l{i}.sum.w", P, d, 0.5)
        w(f"l{i}.f1.w", d, F_), b(f"l{i}.f1.b", F_), w(f"l{i}.fr.w", K, F_)
        w(f"l{i}.f2.w", F_, d + K, 0.5), b(f"l{i}.f2.b", d + K), w(f"l{i}.vec_v", K, K, 0.5)
    if "points" in outputs:
        w("vec_out.w", K, 1, 0)
    if "tokens" in outputs:
        w("class.w", d, C, 0.1), b("class.b", C)
        w("bond.w", P, B, 0.1), b("bond.b", B)
    if "readout" in outputs:
        w("q1.w", d, d), b("q1.b", d), w("q2.w", d, Q, 0.1), b("q2.b", Q)
    if "pairs" in outputs:
        w("edge.w", P, 1, 0), b("edge.b", 1)
    return out


class Pairs:
    """Between the n nodes of a sample and its m pairs i<j."""

    def __init__(self, n, device):
        self.n, (self.i, self.j) = n, torch.triu_indices(n, n, 1, device=device)
        self.at = torch.full((n, n), len(self.i), device=device)      # row of a pair; the row of zeros where i = j
        self.at[self.i, self.j] = self.at[self.j, self.i] = torch.arange(len(self.i), device=device)

    def sum(self, x):
        """x_i + x_j (S,m,c); x (S,n,c)"""
        return x[:, self.i] + x[:, self.j]

    def difference(self, x):
        return x[:, self.i] - x[:, self.j]

    def product(self, x):
        return x[:, self.i] * x[:, self.j]

    def collect(self, z, sign=1):
        """Sum over the pairs of every node (S,n,c), those where it comes second times sign; z (S,m,c)"""
        return z.new_zeros(len(z), self.n, z.shape[2]).index_add(1, self.i, z).index_add(1, self.j, z, alpha=sign)

    def square(self, z):
        """(S,n,n,c), symmetric, 0 where i = j"""
        return torch.cat([z, z.new_zeros(len(z), 1, z.shape[2])], 1)[:, self.at]


pairs_of = functools.lru_cache(maxsize=None)(Pairs)


def ln(x):
    return F.layer_norm(x, x.shape[-1:], eps=1e-5)


class Net(Network):
    outer = ("class_embed", "bond_embed", "size_embed", "time", "prop", "rbf", "feat", "mod", "vec_a", "dist", "vec_x", "vec_v", "fr",
             "class", "bond", "edge", "q2")

    def __init__(self, name, outputs, sizes):
        assert sizes["d"] % sizes["H"] == 0
        super().__init__(name, sizes, shapes(outputs, sizes))
        self.outputs = outputs
        for k, x in FIXED.items():
            self[k].requires_grad_(False).copy_(torch.tensor(x))

    def rbf(self, pairs, x):
        u = (pairs.difference(x).square().sum(-1, keepdim=True) + 1e-8).sqrt()
        return torch.exp(-0.5 * ((u - self["rbf.mu"]) / self["rbf.sigma"]).square())

    def globals(self, t, n, y, k):
        a = math.pi * t[:, None] * torch.arange(1, 9, dtype=t.dtype, device=t.device)
        g = torch.cat([a.cos(), a.sin()], -1) @ self["time.w"] + self["size_embed"][n] + self["glob.b"]
        if self.sizes["Q"] and y is not None:
            c = torch.tensor(CENTRES, dtype=t.dtype, device=t.device)
            f = torch.cat([torch.ones_like(y[..., None]), y[..., None], torch.exp(-2 * (y[..., None] - c).square())], -1)
            g = g + (f * k[..., None]).flatten(1) @ self["prop.w"]
        return F.silu(g)

    def forward(self, a, b, x, xs, t, y=None, k=None, node=None, pair=None):
        """a (S,n) and b (S,m) integers, x (S,n,3), xs (S,n,3) or None, t (S), y and k (S,Q) or None,
        node (S,n,U) and pair (S,m,W) or None
        -> dict of x1 (not projected), class, bond, prop, edge, as far as the network has them."""
        S, n = a.shape
        pairs = pairs_of(n, x.device)
        g = self.globals(t, min(n, self.sizes["N"]), y, k)
        h = self["class_embed"][a] + (g @ self["glob.w"])[:, None]
        X = x[..., None] * self["vec.x"]
        z = self["bond_embed"][b] + self.rbf(pairs, x) @ self["rbf.x"] + self["pair.b"]
        if xs is not None:
            X = X + xs[..., None] * self["vec.s"]
            z = z + self.rbf(pairs, xs) @ self["rbf.s"]
        if node is not None:
            h, z = h + node @ self["feat.node"], z + pair @ self["feat.pair"]
        for i in range(self.sizes["L"]):
            h, X, z = self.layer(f"l{i}.", g, h, X, z, pairs)
        out = {}
        if "points" in self.outputs:
            move = (X @ self["vec_out.w"]).squeeze(-1)
            fade = (self.sizes.get("T", 0) * (1 - t)).clamp(max=1) if self.sizes.get("T", 0) else torch.ones_like(t)
            out["x1"] = x + fade[:, None, None] * move
        if "tokens" in self.outputs:
            out["class"], out["bond"] = self.linear("class", ln(h)), self.linear("bond", ln(z))
        if "readout" in self.outputs:
            out["prop"] = self.linear("q2", F.silu(self.linear("q1", ln(h).mean(1))))
        if "pairs" in self.outputs:
            out["edge"] = self.linear("edge", ln(z)).squeeze(-1)
        return out

    def layer(self, l, g, h, X, z, pairs):
        d, K, P, H = (self.sizes[k] for k in "dKPH")
        n = h.shape[1]
        s1, c1, s2, c2 = self.linear(l + "mod", g)[:, None].chunk(4, -1)
        q, k, v, u, p = self.linear(l + "in", ln(h) * (1 + s1) + c1).split((d, d, d, P, P), -1)
        A = (X @ self[l + "vec_a"]).flatten(2)
        D = pairs.difference(A).unflatten(-1, (3, K))
        e = (D.square().sum(-2) + 1e-3).sqrt()
        m = z + pairs.sum(u) + pairs.product(p) + e @ self[l + "dist.w"]
        dz, beta, gam = self.linear(l + "p2", F.silu(self.linear(l + "p1", ln(m)))).split((P, H, K), -1)
        z = z + dz
        V = pairs.collect(((gam / (1 + e))[..., None, :] * D).flatten(2), -1).unflatten(-1, (3, K)) / math.sqrt(n)
        X = X + V @ self[l + "vec_x"]
        q, k, v = (r.unflatten(-1, (H, d // H)).transpose(1, 2) for r in (q, k, v))
        bias = pairs.square(beta).permute(0, 3, 1, 2)
        o = ((q @ k.transpose(-1, -2)) / math.sqrt(d // H) + bias).softmax(-1) @ v
        h = h + self.linear(l + "out", o.transpose(1, 2).flatten(2))
        h = h + self.product(l + "sum", 0.3 * pairs.collect(z))
        s = (X.square().sum(-2) + 1e-3).sqrt()
        r = s / (1 + s / 4)
        f = F.silu(self.linear(l + "f1", ln(h) * (1 + s2) + c2) + r @ self[l + "fr.w"])
        dh, gate = self.linear(l + "f2", f).split((d, K), -1)
        gate = gate / (1 + gate.square()).sqrt()
        return h + dh, X + gate[..., None, :] * (X @ self[l + "vec_v"]), z
