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
