"""The network of graphgen in PyTorch, written from doc/egnet.md and doc/graphgen-net.md (names, shapes and letters are
the pages'): its walks, and its loss. Walks are powers of whole matrices."""
import math

import torch
import torch.nn.functional as F

import egnet


def net(sizes, weighted):
    return egnet.Net("graph", ("points", "tokens", "pairs") if weighted else ("points", "tokens"), sizes)


def density(mean_degree, n):
    """Expected share of pairs that are edges."""
    return min(0.5, mean_degree / (n - 1)) if n > 1 else 0.0


def walks(w, n, U):
    """w (S,m): expected edges -> features of nodes (S,n,U) and of pairs (S,m,U+1)."""
    pairs = egnet.pairs_of(n, w.device)
    W = pairs.square(w[..., None]).squeeze(-1)
    degree = W.sum(-1)
    root = torch.where(degree > 1e-6, degree.clamp(min=1e-6) ** -0.5, torch.zeros_like(degree))
    step = root[:, :, None] * W * root[:, None]
    power = [step]
    while len(power) < U:
        power.append(power[-1] @ step)
    power = math.sqrt(n) * torch.stack(power, -1)
    stay = power.diagonal(dim1=1, dim2=2).transpose(1, 2)
    return (torch.cat([(1 + degree).log()[..., None], stay[..., 1:]], -1),
            torch.cat([w[..., None], power[:, pairs.i, pairs.j]], -1))


def features(b, B, n, U, p_edge, y=None):
    """Of tokens b (S,m): p_edge, a number or (S,m), is the probability that an undecided pair is an edge; y (S,m): charts
    of the weights."""
    p = torch.as_tensor(p_edge, device=b.device)
    node, pair = walks(torch.where(b < B, (b > 0).to(p.dtype), p), n, U)
    if y is not None:
        pair = torch.cat([pair, (y * (b != 0))[..., None]], -1)
    return node, pair


def centred(x):
    return x - x.mean(1, keepdim=True)


def estimate(net, s, p_edge, xs=None):
    """The network's outputs for the state s: a b x t, with weights y."""
    node, pair = features(s["b"], net.sizes["B"], s["a"].shape[1], net.sizes["U"], p_edge, s.get("y"))
    return net(s["a"], s["b"], s["x"], xs, s["t"], node=node.to(s["x"].dtype), pair=pair.to(s["x"].dtype))


def previous(out):
    """What a step passes on to the next: the layout's estimate, and the probability of an edge for every pair."""
    return centred(out["x1"]), 1 - out["bond"].softmax(-1)[..., 0]


def loss(C, B, out, s):
    """Mean over the samples, and its parts: layout, edges, nodes, weights. s: the state, and x1 class edge, y1 z."""
    n, t, left = s["x"].shape[1], s["t"], 1 - s["t"]
    w = (1 / left.clamp(min=1e-9)).clamp(max=20)
    ce_edge = F.cross_entropy(out["bond"].flatten(0, 1), s["edge"].flatten(), reduction="none").view(len(t), -1)
    ce_class = F.cross_entropy(out["class"].flatten(0, 1), s["class"].flatten(), reduction="none").view(len(t), n)
    parts = [(w / (0.35 ** 2 * n) * (centred(out["x1"]) - s["x1"]).square().mean((1, 2))).mean(),
             (w / n * (ce_edge * (s["b"] == B)).sum(1)).mean(),
             (0.4 * w / n * (ce_class * (s["a"] == C)).sum(1)).mean()]
    if "edge" in out:
        alpha, beta, edge = (math.pi / 2 * t).cos()[:, None], (math.pi / 2 * t).sin()[:, None], s["edge"] > 0
        sq = edge * (out["edge"] - (alpha * s["y1"] - beta * s["z"])).square()
        parts.append((2 * alpha[:, 0] * sq.sum(1) / edge.sum(1).clamp(min=1)).mean())
    return sum(parts), parts
