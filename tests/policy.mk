# tests of policy
check_PROGRAMS += tests/t-pusht
tests_t_pusht_SOURCES = tests/t-pusht.c
tests_t_pusht_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_pusht_LDADD = libpolicy-tools.la libsigen.la -lm
TESTS += tests/t-pusht
check_PROGRAMS += tests/t-blockpush
tests_t_blockpush_SOURCES = tests/t-blockpush.c
tests_t_blockpush_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_blockpush_LDADD = libpolicy-tools.la libsigen.la -lm
TESTS += tests/t-blockpush
check_PROGRAMS += tests/t-kitchen
tests_t_kitchen_SOURCES = tests/t-kitchen.c tests/kitchen-scene.h
tests_t_kitchen_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_kitchen_LDADD = libpolicy-tools.la libsigen.la -lm
check_PROGRAMS += tests/t-kitchen-sim
tests_t_kitchen_sim_SOURCES = tests/t-kitchen-sim.c tests/kitchen-scene.h
tests_t_kitchen_sim_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_kitchen_sim_LDADD = libpolicy-tools.la libsigen.la -lm
TESTS += tests/t-kitchen tests/t-kitchen-sim
dist_check_SCRIPTS += tests/policy-kitchen.tap
TESTS += tests/policy-kitchen.tap
dist_check_SCRIPTS += tests/policy.tap
TESTS += tests/policy.tap
check_PROGRAMS += tests/t-policy-net tests/t-policy-train
tests_t_policy_net_SOURCES = tests/t-policy-net.c policy/net.c policy/cached.c policy/beso.c
tests_t_policy_net_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) -DSG_REAL_DOUBLE
tests_t_policy_net_LDADD = libnn64.la -lm
tests_t_policy_train_SOURCES = tests/t-policy-train.c
tests_t_policy_train_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_policy_train_LDADD = libpolicy-tools.la libsigen.la -lm
TESTS += tests/t-policy-net tests/t-policy-train
EXTRA_DIST += tests/policy-fixture.h
check_PROGRAMS += tests/t-policy-robot
tests_t_policy_robot_SOURCES = tests/t-policy-robot.c
tests_t_policy_robot_CPPFLAGS = $(AM_CPPFLAGS) $(MUJOCO_CFLAGS) -I$(srcdir)
tests_t_policy_robot_LDADD = libpolicy-tools.la libsigen.la $(MUJOCO_LIBS) -lm
TESTS += tests/t-policy-robot
check_PROGRAMS += tests/t-policy
tests_t_policy_SOURCES = tests/t-policy.c
tests_t_policy_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_policy_LDADD = libpolicy-i.la libsigen.la -lm
TESTS += tests/t-policy
check_PROGRAMS += tests/t-policy-rt
tests_t_policy_rt_SOURCES = tests/t-policy-rt.c
tests_t_policy_rt_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_policy_rt_CFLAGS = $(AM_CFLAGS) -fno-builtin-malloc
tests_t_policy_rt_LDADD = libpolicy-i.la libsigen.la -lm
TESTS += tests/t-policy-rt
check_PROGRAMS += tests/t-policy-beso
tests_t_policy_beso_SOURCES = tests/t-policy-beso.c
tests_t_policy_beso_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_policy_beso_LDADD = libpolicy-i.la libsigen.la -lm
TESTS += tests/t-policy-beso
EXTRA_DIST += tests/data/twin/beso.safetensors tools/twin/beso.py
check-twin: check-twin-policy
check-twin-policy:
	@for py in "$${PYTHON:-python3}" /usr/bin/python3; do \
	  $$py -c 'import torch' 2> /dev/null || continue; \
	  exec $$py -B $(srcdir)/tools/twin/beso.py --check $(srcdir)/tests/data/twin; \
	done; echo "check-twin-policy: skipped, no Python with torch"
.PHONY: check-twin-policy
dist_check_SCRIPTS += tests/policy-twin.tap
TESTS += tests/policy-twin.tap
EXTRA_DIST += tools/twin/policy.py
dist_check_SCRIPTS += tests/policy-quantize.tap
TESTS += tests/policy-quantize.tap
dist_check_SCRIPTS += tests/policy-demo.tap
TESTS += tests/policy-demo.tap
