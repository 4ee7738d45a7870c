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
check_PROGRAMS += tests/t-graph-metrics
tests_t_graph_metrics_SOURCES = tests/t-graph-metrics.c
tests_t_graph_metrics_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(GSL_CFLAGS)
tests_t_graph_metrics_LDADD = libgraphgen-i.la libsigen.la $(GSL_LIBS) -lm
TESTS += tests/t-graph-metrics
# eval against golden numbers, and NetworkX
EXTRA_DIST += tests/graph-eval.py tests/data/graphgen/README.md tests/data/graphgen/expected.tsv \
  tests/data/graphgen/digress_planar.g6 tests/data/graphgen/digress_sbm.g6 tests/data/graphgen/enzymes_first5.graphml
dist_check_SCRIPTS += tests/graph-eval.tap
TESTS += tests/graph-eval.tap
