# tests of policy
check_PROGRAMS += tests/t-pusht
tests_t_pusht_SOURCES = tests/t-pusht.c
tests_t_pusht_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_pusht_LDADD = libpolicy-tools.la libsigen.la -lm
TESTS += tests/t-pusht
dist_check_SCRIPTS += tests/policy.tap
TESTS += tests/policy.tap
check_PROGRAMS += tests/t-policy-net tests/t-policy-train
tests_t_policy_net_SOURCES = tests/t-policy-net.c policy/net.c
tests_t_policy_net_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) -DSG_REAL_DOUBLE
tests_t_policy_net_LDADD = libnn64.la -lm
tests_t_policy_train_SOURCES = tests/t-policy-train.c
tests_t_policy_train_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_policy_train_LDADD = libpolicy-tools.la libsigen.la -lm
TESTS += tests/t-policy-net tests/t-policy-train
