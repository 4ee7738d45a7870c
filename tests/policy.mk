# tests of policy
check_PROGRAMS += tests/t-pusht
tests_t_pusht_SOURCES = tests/t-pusht.c
tests_t_pusht_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) -I$(srcdir)/policy
tests_t_pusht_LDADD = libpolicy-tools.la libsigen.la -lm
TESTS += tests/t-pusht
dist_check_SCRIPTS += tests/policy.tap
TESTS += tests/policy.tap
