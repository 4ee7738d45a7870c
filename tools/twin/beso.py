"""The network `beso` of sg-policy in PyTorch, written from doc/beso-net.md, a token at a time; and the fixture
tests/data/twin/beso.safetensors of the C engine's test.

    python3 tools/twin/beso.py tests/data/twin             # makes it
    python3 tools/twin/beso.py --check tests/data/twin     # makes it anew and compares
    python3 tools/twin/beso.py --time [--width 240 ...]    # times three steps, float32, one thread
"""
import argparse
import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn as nn

DIMS = dict(obs=6, goal=4, action=3, window=4, horizon=1, tokens=4, d=40, F=72, L=2, heads=2, C=0, S=0, goals=2, past=1, predict=0)
SHOWN, GOALS, SIGMAS = (4, 2, 1), (2, 1, 0), (0.9, 0.11, 2.3)
SD = 0.5


class Attention(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.proj = (nn.Linear(d, d) for _ in range(4))

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = (f(x).view(b, t, self.heads, -1).transpose(1, 2) for f in (self.query, self.key, self.value))
        score = q @ k.transpose(2, 3) / math.sqrt(d / self.heads)
        later = torch.triu(torch.ones(t, t, dtype=torch.bool), 1)
        y = score.masked_fill(later, -math.inf).softmax(-1) @ v
        return self.proj(y.transpose(1, 2).reshape(b, t, d))


class Block(nn.Module):
    def __init__(self, d, F, heads):
        super().__init__()
        self.ln1, self.ln2, self.attn = nn.LayerNorm(d), nn.LayerNorm(d), Attention(d, heads)
        self.mlp = nn.Sequential(nn.Linear(d, F), nn.GELU(), nn.Linear(F, d))

    def forward(self, x):
        x = x + self.attn(self.ln1(x))
        return x + self.mlp(self.ln2(x))


class Beso(nn.Module):
    """The published modules and their names."""

    def __init__(self, obs, action, window, goals, d, F, L, heads, **_):
        super().__init__()
        self.goals = goals
        self.tok_emb, self.action_emb, self.sigma_emb = nn.Linear(obs, d), nn.Linear(action, d), nn.Linear(1, d)
        self.pos_emb = nn.Parameter(torch.zeros(goals + window + 1, d))
        self.blocks = nn.Sequential(*(Block(d, F, heads) for _ in range(L)))
        self.ln_f, self.action_pred = nn.LayerNorm(d), nn.Linear(d, action)

    def forward(self, states, actions, goals, sigma):
        """states (b, n, obs), actions (b, n, action), goals (b, G, obs), sigma (b,): F at every action"""
        n, pos = states.shape[1], self.pos_emb
        s = self.tok_emb(states) + pos[self.goals:self.goals + n]
        a = self.action_emb(actions) + pos[self.goals:self.goals + n]
        pairs = torch.stack([s, a], 2).flatten(1, 2)
        first = self.sigma_emb(sigma.log().view(-1, 1, 1) / 4)
        x = torch.cat([first, self.tok_emb(goals) + pos[:self.goals], pairs], 1)
        return self.action_pred(self.ln_f(self.blocks(x))[:, 2 + self.goals::2])

    def denoised(self, states, x, goals, sigma):
        """D, and F's own place in the loss"""
        s = sigma.view(-1, 1, 1)
        return SD**2 / (s**2 + SD**2) * x + s * SD / (s**2 + SD**2).sqrt() * self(states, x / (s**2 + SD**2).sqrt(), goals, sigma)


def stored(net, g=lambda p: p.detach(), one=1):
    """The file's arrays of the published parameters, or, with one = 0, of what g takes of them."""
    def gain(p):
        return g(p) - one
    lin = {"tok": net.tok_emb, "act": net.action_emb, "sig": net.sigma_emb}
    rows = [t for k in lin for t in (g(lin[k].weight).T, g(lin[k].bias)[None])]
    out = {"embed.w": torch.cat(rows + [g(net.pos_emb)])}
    for i, b in enumerate(net.blocks):
        at = b.attn
        out.update({f"l{i}.n1.g": gain(b.ln1.weight), f"l{i}.n1.b": g(b.ln1.bias),
                    f"l{i}.qkv.w": torch.cat([g(m.weight).T for m in (at.query, at.key, at.value)], 1),
                    f"l{i}.qkv.b": torch.cat([g(m.bias) for m in (at.query, at.key, at.value)]),
                    f"l{i}.out.w": g(at.proj.weight).T, f"l{i}.out.b": g(at.proj.bias),
                    f"l{i}.n2.g": gain(b.ln2.weight), f"l{i}.n2.b": g(b.ln2.bias),
                    f"l{i}.f1.w": g(b.mlp[0].weight).T, f"l{i}.f1.b": g(b.mlp[0].bias),
                    f"l{i}.f2.w": g(b.mlp[2].weight).T, f"l{i}.f2.b": g(b.mlp[2].bias)})
    out.update({"last.g": gain(net.ln_f.weight), "last.b": g(net.ln_f.bias),
                "out.w": g(net.action_pred.weight).T, "out.b": g(net.action_pred.bias)})
    return out


def make():
    rng = np.random.default_rng(9)

    def exact(*shape, sd=1.0):
        return torch.tensor(np.float32(sd * rng.normal(size=shape)).astype(np.float64))
    net, res, total = Beso(**DIMS), {}, 0
    with torch.no_grad():
        for name, p in net.named_parameters():
            gain = name.endswith(("ln1.weight", "ln2.weight", "ln_f.weight"))
            p.copy_(exact(*p.shape, sd=0.3 if p.ndim == 1 else 0.7 / math.sqrt(p.shape[1])))
            if gain:  # less 1 in the file, exactly
                p.add_(1)
    for s, (n, k, sigma) in enumerate(zip(SHOWN, GOALS, SIGMAS)):
        w, o = DIMS["window"], DIMS["obs"]
        states, goals, y, z = exact(w, o), exact(DIMS["goals"], DIMS["goal"]), exact(w, DIMS["action"]), exact(w, DIMS["action"])
        shown = torch.zeros(1, DIMS["goals"], o)
        shown[0, :k, :DIMS["goal"]] = goals[:k]
        x, S = (y + sigma * z)[None, w - n:], torch.tensor([sigma])
        f = net(states[None, w - n:], x / math.sqrt(sigma**2 + SD**2), shown, S)
        want = (y[None, w - n:] - SD**2 / (sigma**2 + SD**2) * x) / (sigma * SD / math.sqrt(sigma**2 + SD**2))
        loss = (f - want).square().mean()
        total = total + loss / len(SHOWN)
        res.update({f"{s}.states": states, f"{s}.goals": goals, f"{s}.y": y, f"{s}.z": z, f"{s}.out": f.detach()[0],
                    f"{s}.loss": loss.detach().view(1), f"{s}.shown": np.array([n, k, sigma])})
    total.backward()
    res.update({f"net.{k}": v for k, v in stored(net).items()})
    res.update({f"grad.{k}": v for k, v in stored(net, lambda p: p.grad, 0).items()})
    return ({k: np.asarray(v).astype(np.float32) for k, v in res.items()},
            {"config": json.dumps(DIMS), "made": "python3 tools/twin/beso.py tests/data/twin"})


def clock(o):
    """Least and median CPU time of three DDIM steps, ms."""
    torch.set_num_threads(1)
    net = Beso(obs=o.obs, action=o.action, window=o.window, goals=o.goals, d=o.width, F=4 * o.width, L=o.layers, heads=o.heads).eval()
    states, goals = torch.randn(1, o.window, o.obs), torch.randn(1, o.goals, o.obs)
    sigmas, ms = [1.0, 0.55, 0.1, 0.0], []
    with torch.no_grad():
        for _ in range(o.calls):
            t0, x = time.thread_time(), torch.randn(1, o.window, o.action)
            for s, s2 in zip(sigmas, sigmas[1:]):
                x = s2 / s * x + (1 - s2 / s) * net.denoised(states, x, goals, torch.tensor([s]))
            x[0, -1].tolist()
            ms.append(1e3 * (time.thread_time() - t0))
    print(f"{sum(p.numel() for p in net.parameters())} parameters, {1 + o.goals + 2 * o.window} tokens, 3 steps, one thread, "
          f"PyTorch {torch.__version__}: CPU ms min {min(ms):.2f}, median {sorted(ms)[len(ms) // 2]:.2f}")


if __name__ == "__main__":
    if "--time" in sys.argv:
        p = argparse.ArgumentParser()
        p.add_argument("--time", action="store_true")
        for name, value in dict(obs=10, action=2, window=5, goals=1, width=240, layers=4, heads=12, calls=200).items():
            p.add_argument(f"--{name}", type=int, default=value)
        clock(p.parse_args())
    else:
        import fixture
        torch.set_default_dtype(torch.float64)
        fixture.main({"beso": make})
