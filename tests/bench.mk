# benchmarks: `make bench` prints the tables of doc/bench.md; no tests
EXTRA_PROGRAMS = tests/bench/bench-engine
tests_bench_bench_engine_SOURCES = tests/bench/bench-engine.c tests/bench/bench-gemm.c \
	tests/bench/bench-layer.c tests/bench/bench-step.c tests/bench/bench.h
tests_bench_bench_engine_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(JANSSON_CFLAGS)
tests_bench_bench_engine_CFLAGS = $(AM_CFLAGS) -O3
tests_bench_bench_engine_LDADD = libmolgen-i.la libsigen.la $(JANSSON_LIBS) $(RDKIT_CXXLIB) -lm
CLEANFILES += tests/bench/bench-engine$(EXEEXT)
EXTRA_DIST += tests/bench/run.py tests/bench/bench-sample.sh tests/bench/bench-graphs.sh tests/bench/bench-eval.sh
bench: tests/bench/bench-engine$(EXEEXT) sg-molgen$(EXEEXT)
	$${PYTHON:-python3} -B $(srcdir)/tests/bench/run.py tests/bench/bench-engine$(EXEEXT) \
	  $(srcdir)/molgen/models/qm9.safetensors
	$(LIBTOOL) --mode=execute $(SHELL) $(srcdir)/tests/bench/bench-sample.sh ./sg-molgen$(EXEEXT) \
	  $(srcdir)/molgen/models/qm9.safetensors 1000 '20 50 100' --format sdf
# of graphs: libtool finds the program behind its wrapper, which would cost more than a small eval
bench-graphs: sg-graphgen$(EXEEXT) share/sigen/graphgen
	for m in 'community_small 200' 'ego_small 400' 'comm20 400' 'enzymes 117'; do \
	  echo "$$m"; $(LIBTOOL) --mode=execute $${BASH:-bash} $(srcdir)/tests/bench/bench-graphs.sh ./sg-graphgen$(EXEEXT) \
	    $(srcdir)/graphgen/data $$m 10 20 50 100 || exit; done
	$(LIBTOOL) --mode=execute $${BASH:-bash} $(srcdir)/tests/bench/bench-eval.sh ./sg-graphgen$(EXEEXT) $(srcdir)/graphgen/data \
	  $(srcdir)/tests/graph-eval.py
bench-protein: sg-protein$(EXEEXT)
	$(LIBTOOL) --mode=execute $(SHELL) $(srcdir)/tests/bench/bench-sample.sh ./sg-protein$(EXEEXT) \
	  $(srcdir)/protein/models/backbone.safetensors 128 '8 16 100 200' --length 96 --format pdb
# of policies: the published networks, beside PyTorch where it is installed
EXTRA_PROGRAMS += tests/bench/bench-policy
tests_bench_bench_policy_SOURCES = tests/bench/bench-policy.c
tests_bench_bench_policy_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_bench_bench_policy_LDADD = libpolicy-i.la libsigen.la -lm
CLEANFILES += tests/bench/bench-policy$(EXEEXT)
EXTRA_DIST += tests/bench/bench-policy.sh
bench-policy: tests/bench/bench-policy$(EXEEXT)
	$(LIBTOOL) --mode=execute $(SHELL) $(srcdir)/tests/bench/bench-policy.sh tests/bench/bench-policy$(EXEEXT) $(srcdir)/tools/twin
.PHONY: bench bench-graphs bench-protein bench-policy
