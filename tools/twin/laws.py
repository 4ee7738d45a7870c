"""What the training laws of the modules share. A module's laws (MODULE_laws.py) are a class Data, made of a cache's path
and a part's name, for train.py:

    parts, format     names of the networks a model file may hold, the usual one first; the file's format
    same, kept        keys of the config in which a model and the data must agree; keys that come from --init, and what
                      their absence there means
    unit, count       what the data are, how many
    config, source    what the model file's config has of the data; where they come from
    new_net(sizes)    a network with start values; sizes: those that are not as usual
    batch(size, seed, step, rank, ranks)
                      one rank's part of a batch: a list of (share of the mean, arrays by name), each of samples of one
                      shape; a function of its arguments alone, so a run can be resumed or spread over workers
    held_out(size, seed, step)
                      the same of held-out data; empty where there are none
    loss(net, arrays) mean loss of one item of a batch, and its parts
"""
import numpy as np
from scipy.optimize import linear_sum_assignment


def pairs(n):
    return n * (n - 1) // 2


def ragged(values, counts):
    """Rows of a concatenated array, as views."""
    return np.split(values, np.cumsum(counts)[:-1])


def centred(x):
    return x - x.mean(1, keepdims=True)


def paired(x0, x1):
    """Noise paired with data: best permutation, then best rotation or reflection, of each sample's noise."""
    cost = ((x1[:, :, None] - x0[:, None]) ** 2).sum(-1)
    x0 = np.stack([r[linear_sum_assignment(c)[1]] for c, r in zip(cost, x0)])
    u, _, vt = np.linalg.svd(x0.transpose(0, 2, 1) @ x1)
    return x0 @ (u @ vt)
