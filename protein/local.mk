# protein: libsigen-protein and the program sg-protein

# all objects once, for the shared library and for unit tests of internals
noinst_LTLIBRARIES += libprotein-i.la
libprotein_i_la_SOURCES = %D%/protein.c %D%/names.c %D%/assemble.c %D%/assemble.h \
	%D%/io.c %D%/write.c %D%/write.h %D%/pdb.c %D%/pdb_write.c %D%/pbb.c
libprotein_i_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML2_CFLAGS)
libprotein_i_la_LIBADD = libsigen.la $(XML2_LIBS) -lm
sigen_HEADERS += %D%/sigen/protein.h %D%/sigen/protein_io.h
pkgconfig_DATA += %D%/sigen-protein.pc
lib_LTLIBRARIES += libsigen-protein.la
libsigen_protein_la_SOURCES =
libsigen_protein_la_LIBADD = libprotein-i.la
libsigen_protein_la_LDFLAGS = $(AM_LDFLAGS) -no-undefined -version-info $(SG_SOVERSION) \
	-export-symbols-regex '^sg_[^i]|^sg_i[^_]'

bin_PROGRAMS += sg-protein
sg_protein_SOURCES = %D%/main.c %D%/cmd.c %D%/cmd.h %D%/cmd_convert.c %D%/cmd_check.c %D%/cmd_info.c
sg_protein_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
sg_protein_LDADD = libsigen-cli.la libprotein-i.la libsigen-lab.la libsigen.la $(JANSSON_LIBS) -lm

# the page and the completion come from the option tables
man1_MANS += sg-protein.1
bashcompletions_DATA += share/bash/sg-protein
CLEANFILES += sg-protein.1 share/bash/sg-protein
sg-protein.1: sg-protein$(EXEEXT)
	$(AM_V_GEN)./sg-protein$(EXEEXT) --help-man > $@-t && mv -f $@-t $@
share/bash/sg-protein: sg-protein$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) share/bash && ./sg-protein$(EXEEXT) --help-bash > $@-t && mv -f $@-t $@
