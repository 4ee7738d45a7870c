"""The network of molgen in PyTorch, written from doc/egnet.md and doc/molgen-net.md (names, shapes and letters are the page's).

A batch holds S samples of the same number n of nodes, so nothing is padded. Pairs i<j are rows; sums
over pairs and differences of nodes are products with small incidence matrices, which run at the
speed of a matrix product forward and backward.
"""
import math

import torch
import torch.nn.functional as F

HEADS = ("heavy", "hydro", "predict")
R = 34
MU = [0.13 * (r + 1) for r in range(23)] + [3.3, 3.7, 4.1, 4.5, 5, 5.5, 6, 7, 8, 9, 10]
SIGMA = [0.13] * 23 + [.35, .4, .4, .45, .5, .5, .7, 1, 1, 1, 1]
CENTRES = (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)


def shapes(head, c):
    """{tensor name: (shape, sd of its start values)} of one network; c: its sizes."""
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
    if head != "predict":
        w("vec_out.w", K, 1, 0)
    if head == "heavy":
        w("class.w", d, C, 0.1), b("class.b", C)
        w("bond.w", P, B, 0.1), b("bond.b", B)
    if head == "predict":
        w("q1.w", d, d), b("q1.b", d), w("q2.w", d, Q, 0.1), b("q2.b", Q)
    return out


def incidence(n, dtype, device):
    """first, second (m,n): one-hot rows of i and j of each pair; spread (n*n,m): pair (i,j) to both places."""
    i, j = torch.triu_indices(n, n, 1)
    m, p = len(i), torch.arange(len(i))
    first, second, spread = torch.zeros(m, n), torch.zeros(m, n), torch.zeros(n * n, m)
    first[p, i] = second[p, j] = spread[i * n + j, p] = spread[j * n + i, p] = 1
    return [a.to(device, dtype) for a in (first, second, spread)]


def ln(x):
    return F.layer_norm(x, x.shape[-1:], eps=1e-5)


class Net(torch.nn.Module):
    def __init__(self, head, sizes):
        super().__init__()
        assert head in HEADS and sizes["d"] % sizes["H"] == 0
        self.head, self.sizes, self.maps = head, dict(sizes), {}
        self.low = None                        # torch.bfloat16: type of the large products, geometry stays float
        self.w = torch.nn.ParameterDict()      # its keys may hold no dots
        for name, (shape, sd) in shapes(head, sizes).items():
            x = sd * torch.randn(shape)
            if name.startswith("rbf.") and len(shape) == 1:
                x = torch.tensor(MU if name == "rbf.mu" else SIGMA)
            self.w[name.replace(".", "/")] = torch.nn.Parameter(x, requires_grad=name not in ("rbf.mu", "rbf.sigma"))

    def __getitem__(self, name):
        return self.w[name.replace(".", "/")]

    def names(self):
        return [k.replace("/", ".") for k in self.w]

    def linear(self, name, x):
        return self.product(name, x) + self[name + ".b"]

    def product(self, name, x):
        w = self[name + ".w"]
        return x @ w if self.low is None else (x.to(self.low) @ w.to(self.low)).to(x.dtype)

    def rbf(self, first, second, x):
        u = ((first @ x - second @ x).square().sum(-1, keepdim=True) + 1e-8).sqrt()
        return torch.exp(-0.5 * ((u - self["rbf.mu"]) / self["rbf.sigma"]).square())

    def globals(self, t, n, y, k):
        a = math.pi * t[:, None] * torch.arange(1, 9, dtype=t.dtype, device=t.device)
        g = torch.cat([a.cos(), a.sin()], -1) @ self["time.w"] + self["size_embed"][n] + self["glob.b"]
        if self.sizes["Q"] and y is not None:
            c = torch.tensor(CENTRES, dtype=t.dtype, device=t.device)
            f = torch.cat([torch.ones_like(y[..., None]), y[..., None], torch.exp(-2 * (y[..., None] - c).square())], -1)
            g = g + (f * k[..., None]).flatten(1) @ self["prop.w"]
        return F.silu(g)

    def forward(self, a, b, x, xs, t, y=None, k=None):
        """a (S,n) and b (S,m) integers, x (S,n,3), xs (S,n,3) or None, t (S), y and k (S,Q) or None
        -> dict of x1 (not projected), class, bond or prop."""
        S, n = a.shape
        if n not in self.maps:
            self.maps[n] = incidence(n, x.dtype, x.device)
        first, second, spread = self.maps[n]
        g = self.globals(t, min(n, self.sizes["N"]), y, k)
        h = self["class_embed"][a] + (g @ self["glob.w"])[:, None]
        X = x[..., None] * self["vec.x"]
        z = self["bond_embed"][b] + self.rbf(first, second, x) @ self["rbf.x"] + self["pair.b"]
        if xs is not None:
            X = X + xs[..., None] * self["vec.s"]
            z = z + self.rbf(first, second, xs) @ self["rbf.s"]
        for i in range(self.sizes["L"]):
            h, X, z = self.layer(f"l{i}.", g, h, X, z, first, second, spread)
        out = {}
        if self.head != "predict":
            move = (X @ self["vec_out.w"]).squeeze(-1)
            fade = (self.sizes.get("T", 0) * (1 - t)).clamp(max=1) if self.sizes.get("T", 0) else torch.ones_like(t)
            out["x1"] = x + fade[:, None, None] * move
        if self.head == "heavy":
            out["class"], out["bond"] = self.linear("class", ln(h)), self.linear("bond", ln(z))
        if self.head == "predict":
            out["prop"] = self.linear("q2", F.silu(self.linear("q1", ln(h).mean(1))))
        return out

    def layer(self, l, g, h, X, z, first, second, spread):
        d, K, P, H = (self.sizes[k] for k in "dKPH")
        S, n = h.shape[:2]
        s1, c1, s2, c2 = self.linear(l + "mod", g)[:, None].chunk(4, -1)
        q, k, v, u, p = self.linear(l + "in", ln(h) * (1 + s1) + c1).split((d, d, d, P, P), -1)
        A = (X @ self[l + "vec_a"]).flatten(2)
        D = ((first - second) @ A).unflatten(-1, (3, K))
        e = (D.square().sum(-2) + 1e-3).sqrt()
        m = z + (first + second) @ u + (first @ p) * (second @ p) + e @ self[l + "dist.w"]
        dz, beta, gam = self.linear(l + "p2", F.silu(self.linear(l + "p1", ln(m)))).split((P, H, K), -1)
        z = z + dz
        pull = (gam / (1 + e))[..., None, :] * D
        V = ((first - second).t() @ pull.flatten(2)).unflatten(-1, (3, K)) / math.sqrt(n)
        X = X + V @ self[l + "vec_x"]
        q, k, v = (r.unflatten(-1, (H, d // H)).transpose(1, 2) for r in (q, k, v))
        bias = (spread @ beta).view(S, n, n, H).permute(0, 3, 1, 2)
        o = ((q @ k.transpose(-1, -2)) / math.sqrt(d // H) + bias).softmax(-1) @ v
        h = h + self.linear(l + "out", o.transpose(1, 2).flatten(2))
        h = h + self.product(l + "sum", 0.3 * ((first + second).t() @ z))
        s = (X.square().sum(-2) + 1e-3).sqrt()
        r = s / (1 + s / 4)
        f = F.silu(self.linear(l + "f1", ln(h) * (1 + s2) + c2) + r @ self[l + "fr.w"])
        dh, gate = self.linear(l + "f2", f).split((d, K), -1)
        gate = gate / (1 + gate.square()).sqrt()
        return h + dh, X + gate[..., None, :] * (X @ self[l + "vec_v"]), z


def project(head, x1, x, n_heavy=None):
    """The caller's projection of the estimate: heavy: centred; hydro: heavy atoms stay. n_heavy (S)."""
    if head == "heavy":
        return x1 - x1.mean(1, keepdim=True)
    stays = torch.arange(x.shape[1], device=x.device) < n_heavy[:, None]
    return torch.where(stays[..., None], x, x1)


def loss(head, C, B, out, batch, shift=1.0):
    """Mean over the batch of the law's loss, and its parts. batch: a b x t and the targets x1 class bond prop heavy;
    shift: of the tokens' clock."""
    if head == "predict":
        parts = [F.smooth_l1_loss(out["prop"], batch["prop"], reduction="mean")]
        return parts[0], parts
    left = 1 - batch["t"]
    wx = (1 / left.square().clamp(min=1e-9)).clamp(max=1e4 if head == "heavy" else 1e3)
    x1 = project(head, out["x1"], batch["x"], batch.get("heavy"))
    sq = (x1 - batch["x1"]).square()
    if head == "hydro":
        moves = (torch.arange(sq.shape[1], device=sq.device) >= batch["heavy"][:, None])[..., None]
        parts = [(wx * (sq * moves).sum((1, 2)) / (3 * moves.sum((1, 2)).clamp(min=1))).mean()]
        return parts[0], parts
    n, d = sq.shape[1], batch["t"] + shift * left
    w = (d / (shift * left).clamp(min=1e-9)).clamp(max=5) * shift / d**3
    ce_class = F.cross_entropy(out["class"].flatten(0, 1), batch["class"].flatten(), reduction="none").view(-1, n)
    ce_bond = F.cross_entropy(out["bond"].flatten(0, 1), batch["bond"].flatten(), reduction="none").view(len(w), -1)
    parts = [(wx * 3 * sq.mean((1, 2))).mean(),
             (w * 0.4 / n * (ce_class * (batch["a"] == C)).sum(1)).mean(),
             (w * 2 / (2 * n) * (ce_bond * (batch["b"] == B)).sum(1)).mean()]
    return sum(parts), parts
