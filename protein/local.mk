# protein: libsigen-protein and the program sg-protein

# models (add each file here): installed, and found from the build tree through a link
proteinmodelsdir = $(pkgdatadir)/protein
dist_proteinmodels_DATA = %D%/models/backbone.safetensors %D%/models/backbone-16.safetensors \
  %D%/models/backbone-8.safetensors
EXTRA_DIST += %D%/models/backbone.md %D%/models/backbone-16.md %D%/models/backbone-8.md
BUILT_SOURCES += share/sigen/protein
CLEANFILES += share/sigen/protein
share/sigen/protein:
	$(AM_V_at)$(MKDIR_P) share/sigen && rm -f $@ && $(LN_S) $(abs_top_srcdir)/protein/models $@

# all objects once, for the shared library and for unit tests of internals
noinst_LTLIBRARIES += libprotein-i.la
libprotein_i_la_SOURCES = %D%/protein.c %D%/names.c %D%/assemble.c %D%/assemble.h \
	%D%/io.c %D%/write.c %D%/write.h %D%/pdb.c %D%/pdb_write.c %D%/pbb.c \
	%D%/site.c %D%/site.h %D%/dictionary.c %D%/dictionary.h %D%/cif.c %D%/cif_write.c %D%/pdbml.c
# judging backbones
libprotein_i_la_SOURCES += %D%/dssp.c %D%/score.c %D%/rama.c %D%/rama.h %D%/rama_i.h %D%/geometry.c %D%/geometry.h %D%/fragments.c %D%/fragments.h %D%/superpose.c %D%/superpose.h \
	%D%/tm.c %D%/tm.h %D%/tm_score.c %D%/compare.c %D%/compare.h %D%/summary.c %D%/summary.h %D%/reference.c %D%/reference.h %D%/reference_chains.h %D%/embed.c \
	%D%/rebuild.c %D%/planes.c %D%/planes.h %D%/frames.c
sigen_HEADERS += %D%/sigen/protein_metrics.h
# generator
libprotein_i_la_SOURCES += %D%/chain.c %D%/chain.h %D%/patch.c %D%/patch.h %D%/model.c %D%/model.h %D%/structure.c %D%/structure.h \
	%D%/batch.c %D%/batch.h %D%/ladder.c %D%/ladder.h %D%/ladder_table.h %D%/field.c %D%/field.h %D%/generate.c
sigen_HEADERS += %D%/sigen/protein_generate.h
# embed.c takes these in; the assembler finds them by -Wa,-I
EXTRA_DIST += %D%/data/fragments.i16 %D%/data/planes.u8
protein_lo = lo
%D%/libprotein_i_la-embed.$(protein_lo): %D%/data/fragments.i16 %D%/data/planes.u8
# makes the tables above from a packed file of chains
noinst_PROGRAMS += %D%/protein-tables
protein_protein_tables_SOURCES = %D%/tables.c %D%/tables.h %D%/tables_ladder.c
protein_protein_tables_LDADD = libprotein-i.la libsigen.la -lm

libprotein_i_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML2_CFLAGS) $(JANSSON_CFLAGS) -Wa,-I$(srcdir)/%D%
libprotein_i_la_LIBADD = libsigen.la $(XML2_LIBS) $(JANSSON_LIBS) -lm
sigen_HEADERS += %D%/sigen/protein.h %D%/sigen/protein_io.h %D%/sigen/protein_frames.h
pkgconfig_DATA += %D%/sigen-protein.pc
lib_LTLIBRARIES += libsigen-protein.la
libsigen_protein_la_SOURCES =
libsigen_protein_la_LIBADD = libprotein-i.la
libsigen_protein_la_LDFLAGS = $(AM_LDFLAGS) -no-undefined -version-info $(SG_SOVERSION) \
	-export-symbols-regex '^sg_[^i]|^sg_i[^_]'

bin_PROGRAMS += sg-protein
sg_protein_SOURCES = %D%/main.c %D%/cmd.c %D%/cmd.h %D%/cmd_convert.c %D%/cmd_check.c %D%/cmd_info.c %D%/cmd_eval.c %D%/judge.c %D%/judge.h \
	%D%/cmd_report.c %D%/report.c %D%/report.h %D%/plots.c %D%/svg.c %D%/svg.h %D%/ribbon.c %D%/ribbon.h \
	%D%/cmd_sample.c %D%/deliver.c %D%/deliver.h %D%/given.c %D%/given.h %D%/cmd_models.c \
	%D%/cmd_distill.c %D%/student.c %D%/student.h %D%/cmd_train.c %D%/task.c %D%/task.h %D%/data.c %D%/data.h %D%/loss.c %D%/loss.h
sg_protein_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) -Wa,-I$(srcdir)/%D%
# report.c takes these in
protein_embedded = %D%/backbones.css %D%/backbones.js
EXTRA_DIST += $(protein_embedded)
%D%/sg_protein-report.$(OBJEXT): $(protein_embedded)
sg_protein_LDADD = libsigen-cli.la libprotein-i.la libsigen-lab.la libsigen.la $(JANSSON_LIBS) -lm

dist_man_MANS += %D%/sg-protein-metrics.7 %D%/sigen-pdb.5

# the page and the completion come from the option tables
man1_MANS += sg-protein.1
bashcompletions_DATA += share/bash/sg-protein
CLEANFILES += sg-protein.1 share/bash/sg-protein
sg-protein.1: sg-protein$(EXEEXT)
	$(AM_V_GEN)./sg-protein$(EXEEXT) --help-man > $@-t && mv -f $@-t $@
share/bash/sg-protein: sg-protein$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) share/bash && ./sg-protein$(EXEEXT) --help-bash > $@-t && mv -f $@-t $@
