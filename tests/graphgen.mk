# tests of graphgen
check_PROGRAMS += tests/t-graph
tests_t_graph_SOURCES = tests/t-graph.c
tests_t_graph_LDADD = libgraphgen-i.la libsigen.la -lm
TESTS += tests/t-graph
dist_check_SCRIPTS += tests/graphgen.tap
TESTS += tests/graphgen.tap
