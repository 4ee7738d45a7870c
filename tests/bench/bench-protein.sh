#!/bin/sh
# Backbones of 96 residues per second and peak memory of sampling: bench-protein.sh SG_PROTEIN MODEL [COUNT] [THREADS]
# Rates and memory are the program's own; CPU time is the children's, from the shell.
set -e
prog=${1:?sg-protein} model=${2:?model file} count=${3:-64} threads=${4:-2}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cpu() { # seconds of CPU time of the finished children
    times >"$dir/times"
    awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); sum += 60 * t[1] + t[2] } print sum }' "$dir/times"
}
load=unknown
[ ! -r /proc/loadavg ] || read -r load _ </proc/loadavg
echo "sg-protein sample, $count backbones of 96 residues, $threads threads, load $load at the start"
echo "   evaluations   backbones/s   backbones/min   backbones/CPU s   peak memory"
for steps in 8 16 100 200; do
    cpu >"$dir/a"
    "$prog" sample -m "$model" -n "$count" --length 96 --steps $steps --threads "$threads" --seed 1 -o "$dir/$steps.pdb" 2>"$dir/log" ||
        { cat "$dir/log" >&2; exit 1; }
    cpu >"$dir/b"
    sed -n 's/.* chains, .*(\([0-9.]*\)\/s).* \([0-9.]*\) MiB.*/\1 \2/p' "$dir/log" >"$dir/said"
    cat "$dir/a" "$dir/b" "$dir/said" | awk -v s=$steps -v n="$count" '
        NR == 1 { a = $1 }
        NR == 2 { b = $1 }
        NR == 3 { printf "%14d%14.1f%16.0f%18.1f%10d MiB\n", s, $1, 60 * $1, n / (b - a), $2; ok = 1 }
        END { exit !ok }'
done
