# benchmarks: `make bench` prints the tables of doc/bench.md; no tests
EXTRA_PROGRAMS = tests/bench/bench-engine
tests_bench_bench_engine_SOURCES = tests/bench/bench-engine.c tests/bench/bench-gemm.c \
	tests/bench/bench-layer.c tests/bench/bench-step.c tests/bench/bench.h
tests_bench_bench_engine_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(JANSSON_CFLAGS)
tests_bench_bench_engine_CFLAGS = $(AM_CFLAGS) -O3
tests_bench_bench_engine_LDADD = libmolgen-i.la libsigen.la $(JANSSON_LIBS) $(RDKIT_CXXLIB) -lm
CLEANFILES += tests/bench/bench-engine$(EXEEXT)
EXTRA_DIST += tests/bench/run.py tests/bench/bench-sample.sh
bench: tests/bench/bench-engine$(EXEEXT) sg-molgen$(EXEEXT)
	$${PYTHON:-python3} -B $(srcdir)/tests/bench/run.py tests/bench/bench-engine$(EXEEXT) \
	  $(srcdir)/molgen/models/qm9.safetensors
	$(SHELL) $(srcdir)/tests/bench/bench-sample.sh ./sg-molgen$(EXEEXT) $(srcdir)/molgen/models/qm9.safetensors
.PHONY: bench
