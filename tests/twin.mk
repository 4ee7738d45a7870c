# The PyTorch twins (tools/twin/README.md). `make check-full` makes their fixtures, which the tests t-*twin, t-gdss and
# t-policy-beso read, anew and compares.
EXTRA_DIST += tests/data/twin/beso.safetensors tests/data/twin/gdss.safetensors tests/data/twin/graph.safetensors \
  tests/data/twin/graph0.safetensors tests/data/twin/heavy.safetensors tests/data/twin/heavy0.safetensors \
  tests/data/twin/hydro.safetensors tests/data/twin/predict.safetensors tests/data/twin/protein.safetensors \
  tools/twin/README.md tools/twin/beso.py tools/twin/egnet.py tools/twin/fixture.py tools/twin/fixtures.py tools/twin/gdss.py \
  tools/twin/gdss_convert.py tools/twin/gdss_laws.py tools/twin/graphgen.py tools/twin/graphgen_fixtures.py \
  tools/twin/graphgen_laws.py tools/twin/laws.py tools/twin/modelfile.py tools/twin/molgen.py tools/twin/molgen_laws.py \
  tools/twin/network.py tools/twin/policy.py tools/twin/protein.py tools/twin/sample.py tools/twin/train.py \
  tests/bench/torch_step.py
twin_fixtures = fixtures graphgen_fixtures gdss beso protein
check-full: check-twin
check-twin:
	@for py in "$${PYTHON:-python3}" /usr/bin/python3; do \
	  $$py -c 'import torch, scipy' 2> /dev/null || continue; \
	  for f in $(twin_fixtures); do $$py -B $(srcdir)/tools/twin/$$f.py --check $(srcdir)/tests/data/twin || exit 1; done; exit 0; \
	done; echo "check-twin: skipped, no Python with torch and scipy"
.PHONY: check-twin
