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
# make fuzz-policy: the readers and the runtime, built and run by libFuzzer for FUZZ_SECONDS each; the core is not instrumented
EXTRA_DIST += tests/fuzz/fuzz_npy.c tests/fuzz/fuzz_stream.c tests/fuzz/fuzz_robot.c
fuzz: fuzz-policy
fuzz-policy: config.h libsigen.la
	@command -v $(FUZZ_CC) > /dev/null || { echo "fuzz: $(FUZZ_CC) is not installed; see FUZZ_CC" >&2; exit 1; }
	@sources=; for s in npy stream robot open act limit model scale net cached beso; do sources="$$sources $(srcdir)/policy/$$s.c"; done; \
	for f in npy stream robot; do \
	  echo "fuzz: $$f, $(FUZZ_SECONDS) s"; $(MKDIR_P) fuzz/$$f && \
	  $(FUZZ_CC) $(FUZZ_FLAGS) -I. -I$(srcdir) $(AM_CPPFLAGS) $(XML2_CFLAGS) -o fuzz/fuzz_$$f $(srcdir)/tests/fuzz/fuzz_$$f.c $$sources \
	    -L.libs -Wl,-rpath,$(abs_builddir)/.libs -lsigen $(XML2_LIBS) -lm && \
	  fuzz/fuzz_$$f -max_total_time=$(FUZZ_SECONDS) -max_len=2048 -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
	    -verbosity=0 -artifact_prefix=fuzz/$$f- fuzz/$$f $(srcdir)/tests/fuzz/seeds/$$f || exit 1; \
	done
.PHONY: fuzz-policy
dist_check_SCRIPTS += tests/policy-quantize.tap
TESTS += tests/policy-quantize.tap
dist_check_SCRIPTS += tests/policy-demo.tap
TESTS += tests/policy-demo.tap
