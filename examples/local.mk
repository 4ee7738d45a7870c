# examples: each is compiled and run by make check (tests/examples.tap)
check_PROGRAMS += examples/sample
examples_sample_SOURCES = %D%/sample.c
examples_sample_LDADD = libsigen-molgen.la libsigen.la
EXTRA_DIST += %D%/molecules.sh %D%/molecules.py
TESTS += tests/examples.tap tests/molgen.tap
EXTRA_DIST += tests/examples.tap tests/molgen.tap
