# tests of the core: process, sample, lab
EXTRA_DIST += tests/core.h
core_tests = tests/t-token tests/t-path tests/t-order tests/t-flow tests/t-target tests/t-conform
check_PROGRAMS += $(core_tests)
TESTS += $(core_tests)
tests_t_token_LDADD = libsigen.la -lm
tests_t_path_LDADD = libsigen.la -lm
tests_t_order_LDADD = libsigen.la -lm
tests_t_flow_LDADD = libsigen.la -lm
tests_t_target_LDADD = libsigen.la -lm
tests_t_conform_LDADD = libsigen.la -lm
