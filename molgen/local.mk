# molgen: libsigen-molgen and the program sg-molgen

# models (add each file here): installed, and found from the build tree through a link
molgenmodelsdir = $(pkgdatadir)/molgen
dist_molgenmodels_DATA = %D%/models/qm9.safetensors %D%/models/qm9-half.safetensors %D%/models/qm9-predictor.safetensors
BUILT_SOURCES += share/sigen/molgen
CLEANFILES += share/sigen/molgen
share/sigen/molgen:
	$(AM_V_at)$(MKDIR_P) share/sigen && rm -f $@ && $(LN_S) $(abs_top_srcdir)/molgen/models $@

# RDKit, or nothing, behind chem.h. Whatever links code that uses it links $(RDKIT_CXXLIB) too.
noinst_LTLIBRARIES += libmolgen-chem.la
if SG_HAVE_RDKIT
libmolgen_chem_la_SOURCES = %D%/shim.cc %D%/chem.h
libmolgen_chem_la_LIBADD = $(RDKIT_LIBS)
EXTRA_DIST += %D%/chem_none.c
else
libmolgen_chem_la_SOURCES = %D%/chem_none.c %D%/chem.h
EXTRA_DIST += %D%/shim.cc
endif
libmolgen_chem_la_CPPFLAGS = $(AM_CPPFLAGS) $(RDKIT_CPPFLAGS)

# all objects once, for the shared library and for unit tests of internals
noinst_LTLIBRARIES += libmolgen-i.la
libmolgen_i_la_SOURCES = %D%/mol.c %D%/io.c %D%/sdf.c %D%/sdf.h %D%/sdf_write.c %D%/xyz.c %D%/vocab.c %D%/vocab.h %D%/data.c %D%/data.h \
	%D%/batch.c %D%/batch.h %D%/task.c %D%/task.h %D%/model.c %D%/model.h \
	%D%/field.c %D%/field.h %D%/closed.c %D%/closed.h %D%/plan.c %D%/plan.h %D%/choose.c %D%/choose.h %D%/generate.c %D%/predict.c
# further formats
libmolgen_i_la_SOURCES += %D%/smiles.c %D%/smiles.h %D%/kekulize.c %D%/smi.c %D%/cml.c %D%/qm9xyz.c
# judging molecules
libmolgen_i_la_SOURCES += %D%/valence.c %D%/graph.c %D%/graph.h %D%/rings.c %D%/aromatic.c %D%/canon.c
libmolgen_i_la_SOURCES += %D%/edm.c %D%/geometry.c %D%/metrics.c %D%/metrics.h %D%/features.c
sigen_HEADERS += %D%/sigen/mol_valence.h %D%/sigen/mol_canon.h %D%/sigen/mol_metrics.h
libmolgen_i_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(XML2_CFLAGS)
libmolgen_i_la_LIBADD = libmolgen-chem.la libsigen.la $(JANSSON_LIBS) $(XML2_LIBS) -lm
sigen_HEADERS += %D%/sigen/mol.h %D%/sigen/mol_io.h %D%/sigen/mol_generate.h %D%/sigen/mol_predict.h
pkgconfig_DATA += %D%/sigen-molgen.pc
lib_LTLIBRARIES += libsigen-molgen.la
libsigen_molgen_la_SOURCES =
libsigen_molgen_la_LIBADD = libmolgen-i.la $(RDKIT_CXXLIB)
libsigen_molgen_la_LDFLAGS = $(AM_LDFLAGS) -no-undefined -version-info $(SG_SOVERSION) \
	-export-symbols-regex '^sg_[^i]|^sg_i[^_]'

bin_PROGRAMS += sg-molgen
sg_molgen_SOURCES = %D%/main.c %D%/cmd.c %D%/cmd.h %D%/cmd_sample.c %D%/cmd_train.c %D%/cache.c %D%/cache.h %D%/cmd_pack.c %D%/cmd_predict.c \
	%D%/cmd_list.c %D%/cmd_convert.c \
	%D%/cmd_report.c %D%/report.c %D%/report.h %D%/tally.c %D%/tally.h %D%/svg.c %D%/svg.h %D%/embed.c %D%/embed.h
dist_man_MANS += %D%/sg-molgen-metrics.7 %D%/sigen-sdf.5 %D%/sigen-xyz.5 %D%/sigen-smiles.5 %D%/sigen-cml.5
sg_molgen_SOURCES += %D%/cmd_eval.c %D%/compare.c %D%/compare.h
sg_molgen_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) -Wa,-I$(srcdir)/%D%
# embed.c takes these in; the assembler finds them by -Wa,-I
molgen_embedded = %D%/report.css %D%/report.js
EXTRA_DIST += $(molgen_embedded) tools/molecules.sh tools/property-table.sh tools/dipole-xtb.sh tools/train-queue \
	%D%/models/qm9.md %D%/models/qm9-half.md %D%/models/qm9-predictor.md
%D%/sg_molgen-embed.$(OBJEXT): $(molgen_embedded)
sg_molgen_LDADD = libsigen-cli.la libmolgen-i.la libsigen-lab.la libsigen.la $(RDKIT_CXXLIB) $(JANSSON_LIBS) -lm

# the page and the completion come from the option tables
man1_MANS += sg-molgen.1
bashcompletions_DATA += share/bash/sg-molgen
CLEANFILES += sg-molgen.1 share/bash/sg-molgen
sg-molgen.1: sg-molgen$(EXEEXT)
	$(AM_V_GEN)./sg-molgen$(EXEEXT) --help-man > $@-t && mv -f $@-t $@
share/bash/sg-molgen: sg-molgen$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) share/bash && ./sg-molgen$(EXEEXT) --help-bash > $@-t && mv -f $@-t $@
