# Unit tests link the libraries; every program prints TAP.
EXTRA_DIST += tests/tap.h tests/twin.h
include tests/base.mk
include tests/nn.mk
include tests/core.mk
include tests/mol.mk
include tests/graphgen.mk
include tests/protein.mk
include tests/cli.mk
include tests/bench.mk
include tests/policy.mk
include tests/fuzz.mk
include tests/twin.mk
