# tests of base

check_PROGRAMS += tests/t-sha256
tests_t_sha256_SOURCES = tests/t-sha256.c
tests_t_sha256_LDADD = libsigen.la
TESTS += tests/t-sha256

EXTRA_DIST += tests/oom.h
check_PROGRAMS += tests/t-model
tests_t_model_SOURCES = tests/t-model.c
tests_t_model_LDADD = libsigen.la
TESTS += tests/t-model

check_PROGRAMS += tests/model-tool
tests_model_tool_SOURCES = tests/model-tool.c
tests_model_tool_LDADD = libsigen.la
dist_check_SCRIPTS += tests/model-python.tap
TESTS += tests/model-python.tap

check_PROGRAMS += tests/t-shipped
tests_t_shipped_SOURCES = tests/t-shipped.c
tests_t_shipped_CPPFLAGS = $(AM_CPPFLAGS) -DSG_PKGDATADIR='"$(pkgdatadir)"'
tests_t_shipped_LDADD = libsigen-cli.la libsigen.la
TESTS += tests/t-shipped

check_PROGRAMS += tests/t-align
tests_t_align_SOURCES = tests/t-align.c
tests_t_align_LDADD = libsigen.la -lm
TESTS += tests/t-align

check_PROGRAMS += tests/t-base tests/t-text tests/t-file tests/t-rng
tests_t_base_SOURCES = tests/t-base.c
tests_t_base_LDADD = libsigen.la
tests_t_text_SOURCES = tests/t-text.c
tests_t_text_LDADD = libsigen.la
tests_t_file_SOURCES = tests/t-file.c
tests_t_file_LDADD = libsigen.la $(ZLIB_LIBS)
tests_t_rng_SOURCES = tests/t-rng.c
tests_t_rng_CPPFLAGS = $(AM_CPPFLAGS) $(GSL_CFLAGS)
tests_t_rng_LDADD = libsigen.la $(GSL_LIBS)
TESTS += tests/t-base tests/t-text tests/t-file tests/t-rng
