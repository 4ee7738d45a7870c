"""Reads what sg-graphgen wrote by other programs' code and prints canonical lines: for each graph its nodes with labels and attributes,
then its edges with labels and weights.

graph-oracles.py FORMAT FILE
"""
import sys
import warnings
import networkx as nx
import numpy as np

warnings.simplefilter('ignore')
kind, path = sys.argv[1:3]


def show(g, node, edge):
    print(g.number_of_nodes(), [tuple(d.get(k) for k in node) for _, d in sorted(g.nodes(data=True), key=lambda n: int(n[0]))],
          sorted((*sorted((int(u), int(v))), *(d.get(k) for k in edge)) for u, v, d in g.edges(data=True)))


if kind == 'graphml':
    g = nx.read_graphml(path)
    assert type(g) is nx.Graph, type(g)
    show(g, ('label', 'x1', 'x2'), ('label', 'weight'))
elif kind == 'gml':
    g = nx.read_gml(path)
    assert type(g) is nx.Graph, type(g)
    show(g, ('class', 'x1', 'x2'), ('class', 'weight'))
elif kind == 'edgelist':
    g = nx.read_weighted_edgelist(path, nodetype=int)
    show(g, (), ('weight',))
elif kind == 'npz':
    a = np.load(path, allow_pickle=False)
    for s, e in zip(a['ptr'][:-1], a['ptr'][1:]):
        g = nx.empty_graph(int(e - s))
        for i in range(int(e - s)):
            g.nodes[i].update(label=int(a['node_label'][s + i]), x1=float(a['x'][s + i, 0]), x2=float(a['x'][s + i, 1]))
        for k, (u, v) in enumerate(a['edge_index'].T):
            if s <= u < e:
                g.add_edge(int(u - s), int(v - s), label=int(a['edge_label'][k]), weight=float(a['edge_weight'][k]))
        show(g, ('label', 'x1', 'x2'), ('label', 'weight'))
elif kind == 'tudataset':
    name = path.rstrip('/').split('/')[-1]

    def table(what):
        return [[float(x) for x in line.split(',')] for line in open('%s/%s_%s.txt' % (path, name, what))]
    graph = [int(r[0]) for r in table('graph_indicator')]
    pairs = [(int(u) - 1, int(v) - 1) for u, v in table('A')]
    assert all(pairs.count((v, u)) == 1 for u, v in pairs)
    for k in sorted(set(graph)):
        first = graph.index(k)
        g = nx.empty_graph(graph.count(k))
        for i in g:
            x = table('node_attributes')[first + i]
            g.nodes[i].update(label=int(table('node_labels')[first + i][0]), x1=x[0], x2=x[1])
        for j, (u, v) in enumerate(pairs):
            if graph[u] == k:
                g.add_edge(u - first, v - first, label=int(table('edge_labels')[j][0]), weight=table('edge_attributes')[j][0])
        show(g, ('label', 'x1', 'x2'), ('label', 'weight'))
