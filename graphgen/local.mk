# graphgen: libsigen-graphgen and the program sg-graphgen

# models (add each file here): installed, and found from the build tree through a link
graphgenmodelsdir = $(pkgdatadir)/graphgen
dist_graphgenmodels_DATA = %D%/models/community_small.safetensors %D%/models/ego_small.safetensors %D%/models/comm20.safetensors %D%/models/enzymes.safetensors %D%/models/grid.safetensors %D%/models/planar.safetensors %D%/models/sbm.safetensors %D%/models/community_small_gdss.safetensors
EXTRA_DIST += %D%/models/community_small.md %D%/models/community_small_gdss.md %D%/models/ego_small.md %D%/models/comm20.md %D%/models/enzymes.md %D%/models/grid.md %D%/models/planar.md %D%/models/sbm.md
BUILT_SOURCES += share/sigen/graphgen
CLEANFILES += share/sigen/graphgen
share/sigen/graphgen:
	$(AM_V_at)$(MKDIR_P) share/sigen && rm -f $@ && $(LN_S) $(abs_top_srcdir)/graphgen/models $@

# all objects once, for the shared library and for unit tests of internals
noinst_LTLIBRARIES += libgraphgen-i.la
libgraphgen_i_la_SOURCES = %D%/graph.c %D%/io.c
# formats
libgraphgen_i_la_SOURCES += %D%/graph6.c %D%/edgelist.c %D%/graphml.c %D%/graphml.h %D%/graphml_write.c %D%/names.c %D%/names.h \
	%D%/builder.c %D%/builder.h %D%/gml.c \
	%D%/pairs.c %D%/pairs.h %D%/tud.c %D%/tud.h %D%/tud_dir.c \
	%D%/zip.c %D%/npy.c %D%/npy.h %D%/npz.c %D%/npz.h
# generator
libgraphgen_i_la_SOURCES += %D%/walks.c %D%/walks.h %D%/batch.c %D%/batch.h %D%/model.c %D%/model.h %D%/weights.c %D%/weights.h \
	%D%/field.c %D%/field.h %D%/arch.c %D%/arch.h %D%/gdss.c %D%/gdss.h \
	%D%/gdss_field.c %D%/gdss_field.h %D%/plan.h %D%/generate.c \
	%D%/want.c %D%/want.h %D%/particle.c %D%/particle.h %D%/steer.c
sigen_HEADERS += %D%/sigen/graph_generate.h %D%/sigen/graph_steer.h
# judging graphs
libgraphgen_i_la_SOURCES += %D%/adj.c %D%/adj.h %D%/orbits.c %D%/orbits5.c %D%/spectrum.c %D%/profile.c %D%/profile.h \
	%D%/mmd.c %D%/mmd.h %D%/compare.c %D%/discriminate.c %D%/key.c %D%/rules.c %D%/blocks.c %D%/blocks.h %D%/statistics.c %D%/count.c
libgraphgen_i_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(IGRAPH_CFLAGS) $(XML2_CFLAGS) $(ZLIB_CFLAGS)
libgraphgen_i_la_LIBADD = libsigen.la $(JANSSON_LIBS) $(XML2_LIBS) $(ZLIB_LIBS) $(IGRAPH_LIBS) $(PLANARITY_LIBS) -lm
sigen_HEADERS += %D%/sigen/graph.h %D%/sigen/graph_io.h %D%/sigen/graph_metrics.h
pkgconfig_DATA += %D%/sigen-graphgen.pc
lib_LTLIBRARIES += libsigen-graphgen.la
libsigen_graphgen_la_SOURCES =
libsigen_graphgen_la_LIBADD = libgraphgen-i.la
libsigen_graphgen_la_LDFLAGS = $(AM_LDFLAGS) -no-undefined -version-info $(SG_SOVERSION) \
	-export-symbols-regex '^sg_[^i]|^sg_i[^_]'

# training, which needs GSL: of the program and of tests
noinst_LTLIBRARIES += libgraphgen-train.la
libgraphgen_train_la_SOURCES = %D%/layout.c %D%/layout.h %D%/stress.c %D%/stress.h %D%/data.c %D%/data.h %D%/loss.c %D%/loss.h %D%/task.c %D%/task_gdss.c %D%/task.h
libgraphgen_train_la_LIBADD = libgraphgen-i.la libsigen-lab.la libsigen.la -lm

bin_PROGRAMS += sg-graphgen
sg_graphgen_SOURCES = %D%/main.c %D%/cmd.h %D%/cmd_convert.c %D%/cmd_train.c %D%/cache.c %D%/cache.h %D%/cmd_sample.c %D%/steering.c %D%/steering.h %D%/cmd_models.c
sg_graphgen_SOURCES += %D%/cmd_eval.c %D%/judge.c %D%/judge.h %D%/cmd_report.c %D%/report.c %D%/report.h %D%/drawing.c %D%/drawing.h
sg_graphgen_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) -Wa,-I$(srcdir)/%D%
# report.c takes it in; the assembler finds it by -Wa,-I
EXTRA_DIST += %D%/graphs.css
%D%/sg_graphgen-report.$(OBJEXT): %D%/graphs.css
sg_graphgen_LDADD = libsigen-cli.la libgraphgen-train.la libgraphgen-i.la libsigen-lab.la libsigen.la $(JANSSON_LIBS) -lm

# the benchmark sets
graphgen_data = %D%/data/README.md \
	%D%/data/comm20.test.g6 %D%/data/comm20.train.g6 %D%/data/comm20.val.g6 \
	%D%/data/community_small.test.g6 %D%/data/community_small.train.g6 \
	%D%/data/ego_small.test.g6 %D%/data/ego_small.train.g6 \
	%D%/data/enzymes.test.g6 %D%/data/enzymes.test.labels %D%/data/enzymes.train.g6 %D%/data/enzymes.train.labels \
	%D%/data/grid.test.g6 %D%/data/grid.train.g6 \
	%D%/data/planar.test.g6 %D%/data/planar.train.g6 %D%/data/planar.val.g6 \
	%D%/data/sbm.test.g6 %D%/data/sbm.train.g6 %D%/data/sbm.val.g6
EXTRA_DIST += $(graphgen_data)
dist_man_MANS += %D%/sigen-graph6.5 %D%/sg-graphgen-metrics.7 %D%/sigen-graphml.5 %D%/sigen-gml.5 %D%/sigen-edgelist.5 \
	%D%/sigen-tudataset.5 %D%/sigen-npz.5

# the page and the completion come from the option tables
man1_MANS += sg-graphgen.1
bashcompletions_DATA += share/bash/sg-graphgen
CLEANFILES += sg-graphgen.1 share/bash/sg-graphgen
sg-graphgen.1: sg-graphgen$(EXEEXT)
	$(AM_V_GEN)./sg-graphgen$(EXEEXT) --help-man > $@-t && mv -f $@-t $@
share/bash/sg-graphgen: sg-graphgen$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) share/bash && ./sg-graphgen$(EXEEXT) --help-bash > $@-t && mv -f $@-t $@
