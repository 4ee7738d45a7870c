# examples: each is compiled and run by make check (tests/examples.tap)
check_PROGRAMS += examples/sample
examples_sample_SOURCES = %D%/sample.c
examples_sample_LDADD = libsigen-molgen.la libsigen.la
check_PROGRAMS += examples/control-loop
examples_control_loop_SOURCES = %D%/control-loop.c
examples_control_loop_LDADD = libsigen-policy.la libsigen.la -lpthread -lm
EXTRA_DIST += %D%/policy.py
EXTRA_DIST += %D%/molecules.sh %D%/molecules.py %D%/to_networkx.py
TESTS += tests/examples.tap tests/molgen.tap
EXTRA_DIST += tests/examples.tap tests/molgen.tap
