# The engine in double precision, for gradient checks only.
check_LTLIBRARIES += libnn64.la
libnn64_la_SOURCES = lib/nn/params.c lib/nn/tape.c lib/nn/ops.c lib/nn/isa.c lib/nn/kernels.c \
	lib/base/arena.c lib/base/rng.c lib/base/error.c
libnn64_la_CPPFLAGS = $(AM_CPPFLAGS) -DSG_REAL_DOUBLE -DSG_ISA=generic
libnn64_la_CFLAGS = $(AM_CFLAGS) -O2
libnn64_la_LIBADD = -lm

check_PROGRAMS += tests/t-ops
tests_t_ops_SOURCES = tests/t-ops.c
tests_t_ops_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) -DSG_REAL_DOUBLE
tests_t_ops_LDADD = libnn64.la
TESTS += tests/t-ops
EXTRA_DIST += tests/ops-cases.h
check_PROGRAMS += tests/t-isa
tests_t_isa_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_isa_LDADD = libsigen.la -lm
TESTS += tests/t-isa
check_PROGRAMS += tests/t-optim
tests_t_optim_LDADD = libsigen.la -lm
TESTS += tests/t-optim

check_PROGRAMS += tests/t-distill
tests_t_distill_LDADD = libsigen.la -lm
TESTS += tests/t-distill
check_PROGRAMS += tests/t-q8
tests_t_q8_SOURCES = tests/t-q8.c
tests_t_q8_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_q8_LDADD = libsigen.la -lm
TESTS += tests/t-q8
