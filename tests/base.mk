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
EXTRA_DIST += tools/twin/modelfile.py
TESTS += tests/model-python.tap
