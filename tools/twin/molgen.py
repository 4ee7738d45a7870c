"""The networks of molgen in PyTorch, written from doc/egnet.md and doc/molgen-net.md (names, shapes and letters are the
pages'): what they put out, and their losses."""
import torch
import torch.nn.functional as F

import egnet

HEADS = {"heavy": ("points", "tokens"), "hydro": ("points",), "predict": ("readout",)}


def net(head, sizes):
    return egnet.Net(head, HEADS[head], sizes)


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
