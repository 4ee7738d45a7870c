# policy: libsigen-policy (runtime), sg-policy and its tools

# models (add each file here): installed, and found from the build tree through a link
policymodelsdir = $(pkgdatadir)/policy
dist_policymodels_DATA = %D%/models/pusht.safetensors %D%/models/pusht-goal.safetensors %D%/models/blockpush.safetensors
EXTRA_DIST += %D%/models/pusht.md %D%/models/pusht-goal.md %D%/models/blockpush.md
BUILT_SOURCES += share/sigen/policy
CLEANFILES += share/sigen/policy
share/sigen/policy:
	$(AM_V_at)$(MKDIR_P) share/sigen && rm -f $@ && $(LN_S) $(abs_top_srcdir)/policy/models $@

# the runtime: all objects once, for the shared library and for unit tests of internals
noinst_LTLIBRARIES += libpolicy-i.la
libpolicy_i_la_SOURCES = %D%/net.c %D%/net.h %D%/cached.c %D%/beso.c %D%/model.c %D%/model.h %D%/scale.c %D%/open.c %D%/act.c %D%/limit.c %D%/runtime.h
libpolicy_i_la_LIBADD = libsigen.la -lm

sigen_HEADERS += %D%/sigen/policy.h
pkgconfig_DATA += %D%/sigen-policy.pc
lib_LTLIBRARIES += libsigen-policy.la
libsigen_policy_la_SOURCES =
libsigen_policy_la_LIBADD = libpolicy-i.la
libsigen_policy_la_LDFLAGS = $(AM_LDFLAGS) -no-undefined -version-info $(SG_SOVERSION) \
	-export-symbols-regex '^sg_[^i]|^sg_i[^_]'

# what the program and the tests use beside the runtime: environments, data, training
noinst_LTLIBRARIES += libpolicy-tools.la
libpolicy_tools_la_SOURCES = %D%/robot.c %D%/robot.h %D%/data.c %D%/data.h %D%/task.c %D%/task.h %D%/npy.c %D%/npy.h %D%/stream.c %D%/stream.h %D%/demos.c %D%/demos.h %D%/demos_npy.c %D%/demo.c \
	%D%/env/env.c %D%/env/env.h %D%/env/pusht.c %D%/env/pusht.h %D%/env/tee.c %D%/env/tee.h %D%/env/mt19937.c %D%/env/mt19937.h %D%/env/kitchen.c %D%/env/kitchen.h \
	%D%/env/blockpush.c %D%/env/blockpush.h %D%/env/blockpush_oracle.c
libpolicy_tools_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML2_CFLAGS) $(CHIPMUNK_CFLAGS) $(MUJOCO_CFLAGS) $(HDF5_CFLAGS)
libpolicy_tools_la_LIBADD = libpolicy-i.la libsigen.la $(XML2_LIBS) $(CHIPMUNK_LIBS) $(MUJOCO_LIBS) $(HDF5_LIBS) -lm
if SG_HAVE_CHIPMUNK
libpolicy_tools_la_SOURCES += %D%/env/pusht_chipmunk.c
else
EXTRA_DIST += %D%/env/pusht_chipmunk.c
endif
if SG_HAVE_MUJOCO
libpolicy_tools_la_SOURCES += %D%/env/blockpush_mujoco.c %D%/env/kitchen_mujoco.c %D%/env/mujoco.c %D%/env/mujoco.h
else
EXTRA_DIST += %D%/env/blockpush_mujoco.c %D%/env/kitchen_mujoco.c %D%/env/mujoco.c %D%/env/mujoco.h
endif
if SG_HAVE_HDF5
libpolicy_tools_la_SOURCES += %D%/demos_hdf5.c %D%/demos_hdf5_write.c
else
EXTRA_DIST += %D%/demos_hdf5.c %D%/demos_hdf5_write.c
endif

bin_PROGRAMS += sg-policy
sg_policy_SOURCES = %D%/main.c %D%/cmd.h %D%/cmd_check.c %D%/cmd_train.c %D%/cmd_eval.c %D%/cmd_bench.c %D%/cmd_run.c %D%/cmd_info.c %D%/cmd_pack.c %D%/cmd_quantize.c %D%/cmd_report.c %D%/cmd_demo.c %D%/cmd_convert.c %D%/svg.c %D%/svg.h %D%/cmd.c %D%/rollout.c %D%/rollout.h
sg_policy_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
sg_policy_LDADD = libsigen-cli.la libpolicy-tools.la libsigen-lab.la libsigen.la $(JANSSON_LIBS) -lm

dist_man_MANS += %D%/sigen-policy-model.5 %D%/sigen-demonstrations.5
EXTRA_DIST += %D%/data/pusht/README.md %D%/data/pusht/states.npy %D%/data/pusht/actions.npy \
	%D%/data/pusht/episode_ends.npy %D%/data/pusht/episode_ids.txt

# the page and the completion come from the option tables
man1_MANS += sg-policy.1
bashcompletions_DATA += share/bash/sg-policy
CLEANFILES += sg-policy.1 share/bash/sg-policy
sg-policy.1: sg-policy$(EXEEXT)
	$(AM_V_GEN)./sg-policy$(EXEEXT) --help-man > $@-t && mv -f $@-t $@
share/bash/sg-policy: sg-policy$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) share/bash && ./sg-policy$(EXEEXT) --help-bash > $@-t && mv -f $@-t $@
