# tests of cli

check_PROGRAMS += tests/cli-demo
tests_cli_demo_SOURCES = tests/cli-demo.c
tests_cli_demo_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
tests_cli_demo_LDADD = libsigen-cli.la
EXTRA_DIST += tests/tap.sh
dist_check_SCRIPTS += tests/cli.tap
TESTS += tests/cli.tap

# failing allocations for any program: LD_PRELOAD=tests/.libs/failmalloc.so
check_LTLIBRARIES += tests/failmalloc.la
tests_failmalloc_la_SOURCES = tests/failmalloc.c
tests_failmalloc_la_CFLAGS = $(SG_CFLAGS)
tests_failmalloc_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
tests_failmalloc_la_LIBADD = -ldl
dist_check_SCRIPTS += tests/job.tap
TESTS += tests/job.tap

dist_check_SCRIPTS += tests/api.tap
TESTS += tests/api.tap
EXTRA_DIST += tests/installed.sh
dist_check_SCRIPTS += tests/train-queue.tap
TESTS += tests/train-queue.tap
