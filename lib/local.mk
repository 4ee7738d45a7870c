# libsigen: base nn process sample train model (no GSL, no XML, no chemistry); libsigen-lab: what needs GSL.
lib_LTLIBRARIES += libsigen.la libsigen-lab.la
pkgconfig_DATA += lib/sigen.pc lib/sigen-lab.pc
libsigen_la_SOURCES =
libsigen_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(ZLIB_CFLAGS)
libsigen_la_LIBADD = $(JANSSON_LIBS) $(ZLIB_LIBS) -lm
libsigen_la_LDFLAGS = $(AM_LDFLAGS) -no-undefined -version-info $(SG_SOVERSION)
libsigen_lab_la_SOURCES =
libsigen_lab_la_CPPFLAGS = $(AM_CPPFLAGS) $(GSL_CFLAGS)
libsigen_lab_la_LIBADD = libsigen.la $(GSL_LIBS) -lm
libsigen_lab_la_LDFLAGS = $(AM_LDFLAGS) -no-undefined -version-info $(SG_SOVERSION)

# the programs' shared skeleton (installed nowhere)
noinst_LTLIBRARIES += libsigen-cli.la
libsigen_cli_la_SOURCES =
libsigen_cli_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(ZLIB_CFLAGS) $(GSL_CFLAGS)
libsigen_cli_la_LIBADD = libsigen-lab.la libsigen.la $(GSL_LIBS) $(JANSSON_LIBS) $(ZLIB_LIBS)

include lib/base/local.mk
include lib/nn/local.mk
include lib/process/local.mk
include lib/sample/local.mk
include lib/train/local.mk
include lib/model/local.mk
include lib/lab/local.mk
include lib/cli/local.mk
