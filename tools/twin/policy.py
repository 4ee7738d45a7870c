"""The policies of sg-policy in NumPy, written from doc/policy-net.md: an oracle for the C code.

    python3 policy.py pusht.safetensors --steps 3 < observations.txt

prints, per line of observations, the first action of the chunk that the policy makes of the lines so far when it starts
from zero noise (`sg-policy run --noise 0 --execute 1` does the same), without limits.
"""
import argparse
import sys

import numpy as np

import modelfile


def silu(x):
    return x / (1 + np.exp(-x))


def norm(x):
    x = x - x.mean(-1, keepdims=True)
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5)


class Policy:
    def __init__(self, path):
        a, self.meta = modelfile.load(path)
        self.a = {k: np.asarray(v, dtype=np.float64) for k, v in a.items()}
        names = "obs goal action window horizon tokens d F L heads C S goals past predict".split()
        self.goals, self.past = int(a["dims"][1] > 0), 0
        self.predict = 0
        self.__dict__.update(zip(names, (int(n) for n in a["dims"])))
        self.wide = self.action + (self.obs if self.predict else 0)
        self.sd, self.low, self.high, self.period = self.a["sigma"]
        self.base = [int(b) for b in a["scale.base"]]
        self.frame = [int(i) for i in a["scale.frame"]] if "scale.frame" in a else None

    def linear(self, x, name, bias=True):
        y = x @ self.a[f"net.{name}.w"]
        return y + self.a[f"net.{name}.b"].reshape(-1) if bias else y

    def turn(self, now):
        """Columns: the frame's axes. A row vector times it is told in the frame."""
        x, y = now[self.frame[2:]] / np.hypot(*now[self.frame[2:]])
        return np.array([[x, -y], [y, x]])

    def scaled(self, x, what):
        lo, hi = self.a[f"scale.{what}_lo"], self.a[f"scale.{what}_hi"]
        return 2 * (x - lo) / (hi - lo) - 1

    def encode(self, window, goals, hidden):
        unseen = hidden if self.past else 0
        scaled = [np.zeros(self.obs) if k < unseen else self.scaled(o, "obs") for k, o in enumerate(window)]
        for k in range(self.goals):
            if k < len(goals):
                g = np.array(goals[k])
                if self.frame:
                    g[:2] = (g[:2] - window[-1][self.frame[:2]]) @ self.turn(window[-1])
                    g[2:4] = g[2:4] @ self.turn(window[-1])
                scaled += [self.scaled(g, "goal"), [1.0]]
            else:
                scaled += [np.zeros(self.goal + 1)]
        if self.past:
            scaled.append([float(k >= unseen) for k in range(self.window - 1)])
        c = silu(self.linear(np.concatenate(scaled), "enc1"))
        c = norm(c + self.linear(silu(self.linear(c, "enc2")), "enc3"))
        layers = [c @ self.a[f"net.l{i}.ctx.w"] + self.a[f"net.l{i}.mod.b"].reshape(-1) for i in range(self.L)]
        return c @ self.a["net.start.w"], layers, c @ self.a["net.last.ctx.w"] + self.a["net.last.b"].reshape(-1)

    def attend(self, x, i):
        q, k, v = np.split(self.linear(x, f"l{i}.qkv"), 3, axis=-1)
        n, dh = self.tokens, self.d // self.heads
        out = np.empty_like(q)
        for h in range(self.heads):
            s = slice(h * dh, (h + 1) * dh)
            score = q[:, s] @ k[:, s].T / np.sqrt(dh)
            upper = np.triu_indices(n, 1)
            bias = np.zeros((n, n))
            bias[upper] = self.a[f"net.l{i}.pair_bias"][:, h]
            score = score + bias + bias.T
            w = np.exp(score - score.max(1, keepdims=True))
            out[:, s] = w / w.sum(1, keepdims=True) @ v[:, s]
        return self.linear(out, f"l{i}.out")

    def network(self, x, u, context):
        start, layers, last = context
        angle = np.pi * np.arange(1, 9) * u
        s = silu(self.linear(np.concatenate([np.cos(angle), np.sin(angle)]), "sigma"))
        h = self.linear(x, "in") + self.a["net.pos"] + start
        d = self.d
        for i, m in enumerate(layers):
            m = m + s @ self.a[f"net.l{i}.sigma.w"]
            if self.tokens > 1:
                h = h + self.attend(norm(h) * (1 + m[2 * d:3 * d]) + m[3 * d:], i)
            f = silu(self.linear(norm(h) * (1 + m[:d]) + m[d:2 * d], f"l{i}.f1"))
            h = h + self.linear(f, f"l{i}.f2")
        m = last + s @ self.a["net.last.sigma.w"]
        return self.linear(norm(h) * (1 + m[:d]) + m[d:], "out")

    def denoised(self, x, sigma, context):
        total = sigma**2 + self.sd**2
        u = np.log(sigma / self.low) / np.log(self.high / self.low)
        tokens = (x / np.sqrt(total)).reshape(self.tokens, -1)
        f = self.network(tokens, u, context).reshape(x.shape)
        return self.sd**2 / total * x + sigma * self.sd / np.sqrt(total) * f

    def chunk(self, window, goals=(), hidden=0, noise=None, steps=3, sigma_end=0.05, guidance=1):
        contexts = [self.encode(window, goals, hidden), self.encode(window, (), hidden)]
        x = np.zeros((self.horizon, self.wide)) if noise is None else self.high * noise
        sigmas = [self.high * (sigma_end / self.high) ** (k / max(steps - 1, 1)) for k in range(steps)] + [0]
        for s, s2 in zip(sigmas, sigmas[1:]):
            told, free = (self.denoised(x, s, c) for c in contexts)
            x = s2 / s * x + (1 - s2 / s) * (free + guidance * (told - free))
        base = np.array([window[-1][b] if b >= 0 else 0.0 for b in self.base] + list(window[-1])[: self.wide - self.action])
        u = self.a["scale.mean"] + self.a["scale.sd"] * x / self.sd
        if self.frame:
            u[:, :2] = u[:, :2] @ self.turn(window[-1]).T
        return base + u


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("model")
    p.add_argument("--steps", type=int, default=3)
    p.add_argument("--guidance", type=float, default=1)
    o = p.parse_args()
    policy, seen, goals = Policy(o.model), [], ()
    for line in sys.stdin:
        if line.startswith("goal"):
            goals = () if "none" in line else np.array(line.split()[1:], dtype=float).reshape(-1, policy.goal)
            continue
        seen.append(np.array(line.split(), dtype=float))
        window = [seen[max(i, 0)] for i in range(len(seen) - policy.window, len(seen))]
        hidden = max(policy.window - len(seen), 0)
        print(*policy.chunk(window, goals, hidden, steps=o.steps, guidance=o.guidance)[0][: policy.action])


if __name__ == "__main__":
    main()
