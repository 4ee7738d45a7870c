"""An independent computation of what sg-graphgen eval prints, by NumPy and NetworkX.

graph-eval.py mmd REF GEN SUITE  degree, clustering, spectral and wavelet MMD^2, whole sets
graph-eval.py counts GEN TRAIN   connected, unique, novel, planar: numbers of graphs
"""
import sys
import warnings
import numpy as np
import networkx as nx

warnings.simplefilter('ignore')


def read(path):
    g = nx.read_graph6(path)
    return g if isinstance(g, list) else [g]


cubic = np.linalg.solve([[1, 1, 1, 1], [1, 2, 4, 8], [0, 1, 2, 3], [0, 1, 4, 12]], [1, 1, 2, -1])[::-1]


def band(y):
    safe = np.where(y > 0, y, 1)
    return np.where(y <= 1, y * y, np.where(y < 2, np.polyval(cubic, y), 4 / safe ** 2))


top = band(np.linspace(1, 2, 1000001)).max()


def filters(x):
    scales = np.exp(np.linspace(np.log(20), np.log(0.5), 11))
    return [top * np.exp(-(x / 0.06) ** 4)] + [band(s * x) for s in scales]


def describe(g):
    lap = nx.normalized_laplacian_matrix(g).toarray()
    val, vec = np.linalg.eigh(lap)
    val = np.clip(val, 0, 2)
    wave = np.concatenate([np.histogram((vec ** 2) @ f ** 2, bins=100, range=(0, top))[0] for f in filters(val)])
    return {'degree': np.array(nx.degree_histogram(g), float),
            'clustering': np.histogram(list(nx.clustering(g).values()), bins=100, range=(0, 1))[0],
            'spectral': np.histogram(val, bins=200, range=(-1e-5, 2))[0], 'wavelet': wave}


def mmd(a, b, suite, stat):
    size = max(len(x) for x in a + b)
    a, b = (np.array([np.pad(x / x.sum(), (0, size - len(x))) for x in s]) for s in (a, b))
    sigma, scale = (0.1, 0.01) if stat == 'clustering' else (1, 1)

    def mean(x, y):
        if suite == 'tv':
            d = np.abs(x[:, None] - y[None]).sum(-1) / 2
        else:
            d = scale * np.abs(np.cumsum(x, 1)[:, None] - np.cumsum(y, 1)[None]).sum(-1)
        return np.exp(-d ** 2 / (2 * sigma ** 2)).mean()
    return mean(a, a) + mean(b, b) - 2 * mean(a, b)


def classes(graphs):
    """One graph of each class, the earliest."""
    kept = {}
    for g in graphs:
        h = nx.weisfeiler_lehman_graph_hash(g, iterations=4)
        if not any(nx.is_isomorphic(g, k) for k in kept.setdefault(h, [])):
            kept[h].append(g)
    return kept


if sys.argv[1] == 'mmd':
    ref, gen = ([describe(g) for g in read(p)] for p in sys.argv[2:4])
    for stat in ref[0]:
        print(stat, '%.9f' % mmd([d[stat] for d in ref], [d[stat] for d in gen], sys.argv[4], stat))
else:
    gen, train = read(sys.argv[2]), classes(read(sys.argv[3]))
    known = [any(nx.is_isomorphic(g, k) for k in train.get(nx.weisfeiler_lehman_graph_hash(g, iterations=4), []))
             for g in gen]
    print('connected', sum(map(nx.is_connected, gen)))
    print('unique', sum(map(len, classes(gen).values())))
    print('novel', len(gen) - sum(known))
    print('planar', sum(nx.is_connected(g) and nx.check_planarity(g)[0] for g in gen))
