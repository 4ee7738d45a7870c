#!/usr/bin/env python3
"""Graphs from sg-graphgen in networkx:  to_networkx.py graphs.npz   (after: sg-graphgen convert graphs.graphml -o graphs.npz)"""
import sys
import networkx as nx
import numpy as np

a = np.load(sys.argv[1])
graphs = []
for first, end in zip(a['ptr'][:-1], a['ptr'][1:]):
    g = nx.empty_graph(int(end - first))
    mine = np.flatnonzero((a['edge_index'][0] >= first) & (a['edge_index'][0] < end))
    for k, u, v in zip(mine, *(a['edge_index'][:, mine] - first).tolist()):
        g.add_edge(u, v, **{n[5:]: a[n][k] for n in ('edge_label', 'edge_weight') if n in a})
    for n in ('node_label', 'x'):
        if n in a:
            nx.set_node_attributes(g, dict(enumerate(a[n][first:end])), n)
    graphs.append(g)

print(len(graphs), 'graphs,', sum(g.number_of_nodes() for g in graphs), 'nodes,', sum(g.number_of_edges() for g in graphs), 'edges')
