# tests of mol

check_PROGRAMS += tests/t-valence
tests_t_valence_SOURCES = tests/t-valence.c
tests_t_valence_LDADD = libmolgen-i.la libsigen.la -lm
TESTS += tests/t-valence
check_PROGRAMS += tests/t-canon
tests_t_canon_SOURCES = tests/t-canon.c
tests_t_canon_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_canon_LDADD = libmolgen-i.la libsigen.la -lm
TESTS += tests/t-canon
# eval against golden numbers and RDKit, SciPy
EXTRA_DIST += tests/eval.py tests/data/eval/README.md tests/data/eval/golden.json tests/data/eval/generated.sdf.gz \
  tests/data/eval/reference.sdf.gz tests/data/eval/train.sdf.gz
dist_check_SCRIPTS += tests/eval.tap
TESTS += tests/eval.tap
check_PROGRAMS += tests/t-twin
tests_t_twin_SOURCES = tests/t-twin.c
tests_t_twin_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(JANSSON_CFLAGS)
tests_t_twin_LDADD = libmolgen-i.la libsigen.la $(JANSSON_LIBS) -lm
TESTS += tests/t-twin
check_PROGRAMS += tests/t-train
tests_t_train_SOURCES = tests/t-train.c
tests_t_train_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(JANSSON_CFLAGS)
tests_t_train_LDADD = libmolgen-i.la libsigen.la $(JANSSON_LIBS) -lm
TESTS += tests/t-train
check_PROGRAMS += tests/t-mol-net
tests_t_mol_net_SOURCES = tests/t-mol-net.c
tests_t_mol_net_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir) $(JANSSON_CFLAGS)
tests_t_mol_net_LDADD = libmolgen-i.la libsigen.la $(JANSSON_LIBS) -lm
TESTS += tests/t-mol-net
check_PROGRAMS += tests/t-closed
tests_t_closed_SOURCES = tests/t-closed.c
tests_t_closed_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_closed_LDADD = libmolgen-i.la libsigen.la -lm
TESTS += tests/t-closed
check_PROGRAMS += tests/t-choose
tests_t_choose_SOURCES = tests/t-choose.c
tests_t_choose_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_choose_LDADD = libmolgen-i.la libsigen.la -lm
TESTS += tests/t-choose
check_PROGRAMS += tests/t-chem
tests_t_chem_SOURCES = tests/t-chem.c
tests_t_chem_LDADD = libmolgen-i.la libsigen.la $(RDKIT_CXXLIB)
TESTS += tests/t-chem
dist_check_SCRIPTS += tests/report.tap
TESTS += tests/report.tap

# formats of molecules
EXTRA_DIST += tests/data/README.md tests/data/qm9-300.sdf.gz
check_PROGRAMS += tests/t-molio
tests_t_molio_SOURCES = tests/t-molio.c
tests_t_molio_LDADD = libmolgen-i.la libsigen.la $(RDKIT_CXXLIB) -lm
TESTS += tests/t-molio
check_PROGRAMS += tests/t-smiles
tests_t_smiles_SOURCES = tests/t-smiles.c
tests_t_smiles_LDADD = libmolgen-i.la libsigen.la $(RDKIT_CXXLIB) -lm
TESTS += tests/t-smiles
dist_check_SCRIPTS += tests/mol-oracles.tap
TESTS += tests/mol-oracles.tap
