#!/bin/sh
# The real chains of tests/data/protein: from a packed file of backbones the first 100 chains of 40 to
# 128 residues, compact (Rg at most 1.3 x 2.2 n^0.38), one from each of the clusters that 10 divides;
# no table of protein/ is made from those clusters.
#   tools/protein-chains.sh backbones.pbb.gz | gzip -9n > tests/data/protein/real-100.pbb.gz
gzip -dc "$1" | awk '
NR == 1 { print; next }
/^>/ {
    keep = n < 100 && $7 % 10 == 0 && !seen[$7] && $2 <= 128 && $8 <= 1.3 * 2.2 * $2 ^ 0.38
    if (keep) { seen[$7] = 1; n++ }
}
keep'
