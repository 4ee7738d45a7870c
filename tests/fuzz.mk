# make fuzz: a libFuzzer target for every reader, built with its own sources and run for FUZZ_SECONDS; what it finds stays in
# fuzz/ of the build tree. make fuzz-graphs and the like: the readers of one module.
FUZZ_CC = clang
FUZZ_SECONDS = 60
FUZZ_FLAGS = -g -O1 -std=gnu11 -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined
fuzz_base = lib/base/error.c lib/base/text.c lib/base/file.c lib/base/out.c lib/base/io.c
EXTRA_DIST += tests/fuzz/fuzz_graph.h tests/fuzz/fuzz_mol.h tests/fuzz/fuzz_protein.h tests/fuzz/seeds \
  $(fuzz_models:%=tests/fuzz/fuzz_%.c) $(fuzz_molecules:%=tests/fuzz/fuzz_%.c) $(fuzz_graphs:%=tests/fuzz/fuzz_%.c) \
  $(fuzz_proteins:%=tests/fuzz/fuzz_%.c) $(fuzz_policy:%=tests/fuzz/fuzz_%.c)

fuzz_models = model
fuzz_models_sources = lib/model/access.c lib/model/dtype.c lib/model/header.c lib/model/read.c lib/model/write.c \
  lib/base/error.c lib/base/sha256.c
fuzz_molecules = sdf xyz cml smiles qm9xyz
fuzz_molecules_sources = molgen/mol.c molgen/io.c molgen/sdf.c molgen/sdf_write.c molgen/xyz.c molgen/smi.c molgen/smiles.c \
  molgen/kekulize.c molgen/cml.c molgen/qm9xyz.c molgen/valence.c $(fuzz_base)
fuzz_graphs = graph6 graphml gml edgelist tud npz
fuzz_graphs_sources = graphgen/graph.c graphgen/io.c graphgen/graph6.c graphgen/edgelist.c graphgen/graphml.c \
  graphgen/graphml_write.c graphgen/names.c graphgen/builder.c graphgen/gml.c graphgen/pairs.c graphgen/tud.c \
  graphgen/tud_dir.c graphgen/zip.c graphgen/npy.c graphgen/npz.c $(fuzz_base)
fuzz_proteins = pdb pbb cif pdbml
fuzz_proteins_sources = protein/protein.c protein/names.c protein/assemble.c protein/io.c protein/write.c protein/pdb.c \
  protein/pdb_write.c protein/pbb.c protein/site.c protein/dictionary.c protein/cif.c protein/cif_write.c protein/pdbml.c \
  $(fuzz_base)
# readers and runtime of policy; the core behind them is not instrumented
fuzz_policy = npy stream robot
fuzz_policy_sources = policy/npy.c policy/stream.c policy/robot.c policy/open.c policy/act.c policy/limit.c policy/model.c \
  policy/scale.c policy/net.c policy/cached.c policy/beso.c
fuzz_policy_libs = -L.libs -Wl,-rpath,$(abs_builddir)/.libs -lsigen

fuzz: fuzz-models fuzz-molecules fuzz-graphs fuzz-proteins fuzz-policy
fuzz-models:
	@$(MAKE) $(AM_MAKEFLAGS) fuzz-these these='$(fuzz_models)' sources='$(fuzz_models_sources)'
fuzz-molecules:
	@$(MAKE) $(AM_MAKEFLAGS) fuzz-these these='$(fuzz_molecules)' sources='$(fuzz_molecules_sources)'
fuzz-graphs:
	@$(MAKE) $(AM_MAKEFLAGS) fuzz-these these='$(fuzz_graphs)' sources='$(fuzz_graphs_sources)'
fuzz-proteins:
	@$(MAKE) $(AM_MAKEFLAGS) fuzz-these these='$(fuzz_proteins)' sources='$(fuzz_proteins_sources)'
fuzz-policy: libsigen.la
	@$(MAKE) $(AM_MAKEFLAGS) fuzz-these these='$(fuzz_policy)' sources='$(fuzz_policy_sources)' libs='$(fuzz_policy_libs)'
fuzz-these: config.h
	@command -v $(FUZZ_CC) > /dev/null || { echo "fuzz: $(FUZZ_CC) is not installed; see FUZZ_CC" >&2; exit 1; }
	@set -e; from=; for s in $(sources); do from="$$from $(srcdir)/$$s"; done; \
	for f in $(these); do \
	  echo "fuzz: $$f, $(FUZZ_SECONDS) s"; $(MKDIR_P) fuzz/$$f; \
	  $(FUZZ_CC) $(FUZZ_FLAGS) -I. -I$(srcdir) $(AM_CPPFLAGS) $(XML2_CFLAGS) $(ZLIB_CFLAGS) $(JANSSON_CFLAGS) -o fuzz/fuzz_$$f \
	    $(srcdir)/tests/fuzz/fuzz_$$f.c $$from $(libs) $(XML2_LIBS) $(ZLIB_LIBS) $(JANSSON_LIBS) -lm; \
	  fuzz/fuzz_$$f -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
	    -verbosity=0 -artifact_prefix=fuzz/$$f- fuzz/$$f $(srcdir)/tests/fuzz/seeds/$$f; \
	done
clean-local: clean-fuzz
clean-fuzz:
	rm -rf fuzz
.PHONY: fuzz fuzz-models fuzz-molecules fuzz-graphs fuzz-proteins fuzz-policy fuzz-these clean-fuzz
