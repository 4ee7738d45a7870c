"""Training batches of graphgen's preset gdss from a cache (doc/graphgen-cache.md) under the law of doc/gdss.md. See laws.py."""
import numpy as np

import gdss
import graphgen_laws

EARLIEST = 1e-5                                   # of the paper's clock u = 1 - t


def vp(rate0, rate1, u):
    log_beta = -u * (rate0 / 2 + (rate1 - rate0) / 4 * u)
    return np.sqrt(-np.expm1(2 * log_beta)), np.exp(log_beta), np.ones_like(u)


def ve(sigma0, sigma1, u):
    alpha = sigma0 * (sigma1 / sigma0) ** u
    return alpha, np.ones_like(u), -alpha


PATHS = {"vp": vp, "ve": ve}                      # u -> alpha, beta of x_t = beta x + alpha z, and E[z] over the output


def symmetric(upper):
    return upper + upper.transpose(0, 2, 1)


class Data(graphgen_laws.Graphs):
    """A batch is one item of whole matrices, padded to its largest graph."""
    parts, same = ("gdss",), ("node_labels", "edge_labels", "sde")

    def new_net(self, sizes):
        self.sizes = {**self.sizes, **sizes}
        return gdss.Net(self.sizes)

    def items(self, rng, pick):
        n, F = self.n[pick], self.sizes["F"]
        flags = np.arange(n.max()) < n[:, None]
        pairs = np.triu(flags[:, :, None] & flags[:, None, :], 1)
        A = np.zeros(pairs.shape)
        A[pairs] = np.concatenate([self.edge[g] for g in pick]) > 0
        A = symmetric(A)
        X = np.eye(F)[A.sum(-1).astype(int).clip(max=F - 1)] * flags[..., None]
        noise = {"x": rng.standard_normal(X.shape) * flags[..., None], "a": symmetric(rng.standard_normal(A.shape) * pairs)}
        u = EARLIEST + (1 - EARLIEST) * rng.random(len(pick))
        out = {"flags": flags.astype(float)}
        for k, clean, (kind, *rates) in zip("xa", (X, A), self.config["sde"]):
            alpha, beta, scale = PATHS[kind](*rates, u)
            out[k] = beta[:, None, None] * clean + alpha[:, None, None] * noise[k]
            out["noise_" + k], out["scale_" + k] = noise[k], scale
        return [(1.0, out)]

    def loss(self, net, s):
        return gdss.loss(net(s["x"], s["a"], s["flags"]), s)
