# molgen: libsigen-molgen and the program sg-molgen

# models (add each file here): installed, and found from the build tree through a link
molgenmodelsdir = $(pkgdatadir)/molgen
dist_molgenmodels_DATA =
BUILT_SOURCES += share/sigen/molgen
CLEANFILES += share/sigen/molgen
share/sigen/molgen:
	$(AM_V_at)$(MKDIR_P) share/sigen && rm -f $@ && $(LN_S) $(abs_top_srcdir)/molgen/models $@
