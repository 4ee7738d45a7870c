# tests of protein
EXTRA_DIST += tests/real-chains.h tests/data/protein/README.md tests/data/protein/real-100.pbb.gz tests/data/protein/messy.pdb \
  tests/data/protein/dssp-100.txt tests/data/protein/tmalign.txt \
  tools/protein-chains.sh
check_PROGRAMS += tests/t-protein-io
tests_t_protein_io_SOURCES = tests/t-protein-io.c
tests_t_protein_io_LDADD = libprotein-i.la libsigen.la -lm
TESTS += tests/t-protein-io
check_PROGRAMS += tests/t-protein-metrics
tests_t_protein_metrics_SOURCES = tests/t-protein-metrics.c
tests_t_protein_metrics_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_protein_metrics_LDADD = libprotein-i.la libsigen.la -lm
TESTS += tests/t-protein-metrics
check_PROGRAMS += tests/t-protein-structure
tests_t_protein_structure_LDADD = libprotein-i.la libsigen.la $(JANSSON_LIBS) -lm
TESTS += tests/t-protein-structure
check_PROGRAMS += tests/t-protein-ladder
tests_t_protein_ladder_LDADD = libprotein-i.la libsigen.la -lm
TESTS += tests/t-protein-ladder

check_PROGRAMS += tests/t-protein-frames
tests_t_protein_frames_SOURCES = tests/t-protein-frames.c
tests_t_protein_frames_LDADD = libprotein-i.la libsigen.la -lm
TESTS += tests/t-protein-frames
check_PROGRAMS += tests/t-protein-net
tests_t_protein_net_SOURCES = tests/t-protein-net.c protein/given.c protein/loss.c protein/task.c protein/data.c protein/student.c
tests_t_protein_net_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
tests_t_protein_net_LDADD = libsigen-cli.la libprotein-i.la libsigen-lab.la libsigen.la $(JANSSON_LIBS) -lm
TESTS += tests/t-protein-net
# the network's PyTorch twin
check_PROGRAMS += tests/t-protein-twin
tests_t_protein_twin_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_t_protein_twin_SOURCES = tests/t-protein-twin.c protein/loss.c
tests_t_protein_twin_LDADD = libprotein-i.la libsigen.la -lm
TESTS += tests/t-protein-twin
dist_check_SCRIPTS += tests/protein.tap
TESTS += tests/protein.tap
dist_check_SCRIPTS += tests/protein-gen.tap
TESTS += tests/protein-gen.tap
dist_check_SCRIPTS += tests/protein-report.tap
TESTS += tests/protein-report.tap
