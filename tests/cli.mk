# tests of cli

check_PROGRAMS += tests/cli-demo
tests_cli_demo_SOURCES = tests/cli-demo.c
tests_cli_demo_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
tests_cli_demo_LDADD = libsigen-cli.la
EXTRA_DIST += tests/tap.sh
dist_check_SCRIPTS += tests/cli.tap
TESTS += tests/cli.tap
