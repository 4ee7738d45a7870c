# tests of the core: process, sample, lab
EXTRA_DIST += tests/core.h
core_tests = tests/t-token tests/t-path
check_PROGRAMS += $(core_tests)
TESTS += $(core_tests)
tests_t_token_LDADD = libsigen.la -lm
tests_t_path_LDADD = libsigen.la -lm
