#!/bin/sh
# Dipole targets judged by xtb instead of a regressor.
#
#     tools/dipole-xtb.sh GENERATOR HELD_OUT.sdf.gz [TARGETS [EACH [OPTION...]]]
#
# TARGETS (40) held-out molecules at equal distances give their mu as target of EACH (2) samples, made with further OPTIONs of
# sample such as --candidates 4; the GFN2-xTB dipole of a sample (as generated, not relaxed) is compared with that of its
# source molecule. Prints the mean absolute difference in debye, and that of pairs put together at random (each sample with
# the next target's molecule).
# sg-molgen is taken from PATH, or from $SG_MOLGEN.
set -eu
sg=${SG_MOLGEN:-sg-molgen}
generator=$1 held_out=$2 targets=${3:-40} each=${4:-2}
shift $(($# < 4 ? $# : 4))
options=$*
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export OMP_NUM_THREADS=1

dipole() { # FILE.xyz -> debye, or nothing if xtb fails
    (cd "$dir" && xtb "$1" --gfn 2 2> /dev/null) | awk '/molecular dipole:/ {seen = 1} seen && /full:/ {print $5; exit}'
}

gzip -dc "$held_out" > "$dir/all.sdf"
n=$(grep -c '^\$\$\$\$' "$dir/all.sdf")
k=1
while [ "$k" -le "$targets" ]; do
    awk -v want=$((k * n / (targets + 1))) 'BEGIN {r = 1} r == want {print} $0 == "$$$$" {r++}' "$dir/all.sdf" > "$dir/source.sdf"
    mu=$(awk '$0 ~ "^> *<mu>$" {getline; print; exit}' "$dir/source.sdf")
    "$sg" convert -q "$dir/source.sdf" -o "$dir/source.xyz"
    source=$(dipole source.xyz)
    # shellcheck disable=SC2086
    "$sg" sample --model "$generator" -n "$each" --seed "$k" $options --target mu="$mu" -q -o "$dir/made.xyz"
    rm -f "$dir"/one.*.xyz
    awk -v dir="$dir" 'left == 0 {file = sprintf("%s/one.%d.xyz", dir, ++m); left = $1 + 2} {print > file; left--}' "$dir/made.xyz"
    for file in "$dir"/one.*.xyz; do echo "$mu ${source:-x} $(dipole "$(basename "$file")" || true)"; done
    k=$((k + 1))
done | awk 'NF == 3 && $2 != "x" {s[++n] = $2; y[n] = $3}
    END {for (i = 1; i <= n; i++) {d = y[i] - s[i]; e += d > 0 ? d : -d; j = (i + 1) % n + 1; d = y[i] - s[j]; r += d > 0 ? d : -d}
         printf "mu by xtb: MAE %.3f D over %d samples; unrelated pairs %.3f D\n", e/n, n, r/n}'
