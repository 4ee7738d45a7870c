# tests of the core: process, sample, lab
EXTRA_DIST += tests/core.h tests/curved.h
core_tests = tests/t-token tests/t-path tests/t-order tests/t-flow tests/t-target tests/t-conform tests/t-system tests/t-run tests/t-lab \
	tests/t-objective tests/t-constraint tests/t-so3
check_PROGRAMS += $(core_tests)
TESTS += $(core_tests)
tests_t_token_LDADD = libsigen.la -lm
tests_t_path_LDADD = libsigen.la -lm
tests_t_order_LDADD = libsigen.la -lm
tests_t_flow_LDADD = libsigen.la -lm
tests_t_target_LDADD = libsigen.la -lm
tests_t_conform_LDADD = libsigen.la -lm
tests_t_system_LDADD = libsigen.la -lm
tests_t_objective_LDADD = libsigen.la -lm
tests_t_constraint_LDADD = libsigen.la -lm
tests_t_lab_CPPFLAGS = $(AM_CPPFLAGS) $(GSL_CFLAGS)
tests_t_lab_LDADD = libsigen-lab.la libsigen.la $(GSL_LIBS) -lm
tests_t_run_LDADD = libsigen.la -lm
tests_t_so3_LDADD = libsigen.la -lm
