# tests of graphgen
check_PROGRAMS += tests/t-graph
tests_t_graph_SOURCES = tests/t-graph.c
tests_t_graph_LDADD = libgraphgen-i.la libsigen.la -lm
TESTS += tests/t-graph
dist_check_SCRIPTS += tests/graphgen.tap
TESTS += tests/graphgen.tap
check_PROGRAMS += tests/t-graph-net
tests_t_graph_net_SOURCES = tests/t-graph-net.c
tests_t_graph_net_LDADD = libgraphgen-i.la libsigen-lab.la libsigen.la -lm
TESTS += tests/t-graph-net
dist_check_SCRIPTS += tests/graph-gen.tap
TESTS += tests/graph-gen.tap
