# tests of graphgen
EXTRA_DIST += tests/graph.sh
check_PROGRAMS += tests/t-graph
tests_t_graph_SOURCES = tests/t-graph.c
tests_t_graph_LDADD = libgraphgen-i.la libsigen.la -lm
TESTS += tests/t-graph
dist_check_SCRIPTS += tests/graphgen.tap
TESTS += tests/graphgen.tap
check_PROGRAMS += tests/t-graph-net
tests_t_graph_net_SOURCES = tests/t-graph-net.c
tests_t_graph_net_LDADD = libgraphgen-train.la libgraphgen-i.la libsigen-lab.la libsigen.la -lm
TESTS += tests/t-graph-net
check_PROGRAMS += tests/t-graph-weights
tests_t_graph_weights_SOURCES = tests/t-graph-weights.c
tests_t_graph_weights_LDADD = libgraphgen-train.la libgraphgen-i.la libsigen-lab.la libsigen.la -lm
TESTS += tests/t-graph-weights
dist_check_SCRIPTS += tests/graph-weights.tap
TESTS += tests/graph-weights.tap
dist_check_SCRIPTS += tests/graph-gen.tap
TESTS += tests/graph-gen.tap
check_PROGRAMS += tests/t-graph-want
tests_t_graph_want_SOURCES = tests/t-graph-want.c
tests_t_graph_want_LDADD = libgraphgen-i.la libsigen.la -lm
TESTS += tests/t-graph-want
dist_check_SCRIPTS += tests/graph-want.tap
TESTS += tests/graph-want.tap
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
check_PROGRAMS += tests/t-graphio
tests_t_graphio_SOURCES = tests/t-graphio.c
tests_t_graphio_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_graphio_LDADD = libgraphgen-i.la libsigen.la -lm
TESTS += tests/t-graphio
EXTRA_DIST += tests/graph-oracles.py
dist_check_SCRIPTS += tests/graph-formats.tap
TESTS += tests/graph-formats.tap
check_PROGRAMS += tests/t-graph-drawing
tests_t_graph_drawing_SOURCES = tests/t-graph-drawing.c graphgen/drawing.c graphgen/stress.c
tests_t_graph_drawing_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_graph_drawing_LDADD = libsigen-cli.la libgraphgen-i.la libsigen.la $(JANSSON_LIBS) -lm
TESTS += tests/t-graph-drawing
dist_check_SCRIPTS += tests/graph-report.tap
TESTS += tests/graph-report.tap
# the PyTorch twin of the network, its fixtures and its trainer
EXTRA_DIST += tests/data/twin/graph.safetensors tests/data/twin/graph0.safetensors tools/twin/graphgen.py \
  tools/twin/graphgen_laws.py tools/twin/graphgen_fixtures.py
check_PROGRAMS += tests/t-graph-twin
tests_t_graph_twin_SOURCES = tests/t-graph-twin.c
tests_t_graph_twin_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_graph_twin_LDADD = libgraphgen-train.la libgraphgen-i.la libsigen-lab.la libsigen.la -lm
TESTS += tests/t-graph-twin
dist_check_SCRIPTS += tests/twin-trainer.tap
TESTS += tests/twin-trainer.tap
check-twin: check-twin-graph
check-twin-graph:
	@for py in $${PYTHON:-python3} /usr/bin/python3; do \
	  $$py -c 'import torch' 2>/dev/null || continue; \
	  exec $$py -B $(srcdir)/tools/twin/graphgen_fixtures.py --check $(srcdir)/tests/data/twin; \
	done; echo "check-twin-graph: skipped, no Python with torch"
.PHONY: check-twin-graph
# the preset gdss and its PyTorch twin
EXTRA_DIST += tests/data/twin/gdss.safetensors tools/twin/gdss.py tools/twin/gdss_laws.py tools/twin/gdss_convert.py
check_PROGRAMS += tests/t-gdss
tests_t_gdss_SOURCES = tests/t-gdss.c
tests_t_gdss_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(JANSSON_CFLAGS)
tests_t_gdss_LDADD = libgraphgen-i.la libsigen.la $(JANSSON_LIBS) -lm
TESTS += tests/t-gdss
dist_check_SCRIPTS += tests/graph-gdss.tap
TESTS += tests/graph-gdss.tap
dist_check_SCRIPTS += tests/graph-twin.tap
TESTS += tests/graph-twin.tap
check-twin: check-twin-gdss
check-twin-gdss:
	@for py in $${PYTHON:-python3} /usr/bin/python3; do \
	  $$py -c 'import torch' 2>/dev/null || continue; \
	  exec $$py -B $(srcdir)/tools/twin/gdss.py --check $(srcdir)/tests/data/twin; \
	done; echo "check-twin-gdss: skipped, no Python with torch"
.PHONY: check-twin-gdss
