# tests of the core: process, sample, lab
EXTRA_DIST += tests/core.h
check_PROGRAMS += tests/t-token
tests_t_token_SOURCES = tests/t-token.c
tests_t_token_LDADD = libsigen.la -lm
TESTS += tests/t-token
