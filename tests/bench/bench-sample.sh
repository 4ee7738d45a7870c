#!/bin/sh
# Molecules per second and peak memory of sampling: bench-sample.sh SG_MOLGEN MODEL [COUNT] [THREADS]
# Rates and memory are the program's own; CPU time is the children's, from the shell.
set -e
prog=${1:?sg-molgen} model=${2:?model file} count=${3:-1000} threads=${4:-2}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cpu() { # seconds of CPU time of the finished children
    times >"$dir/times"
    awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); sum += 60 * t[1] + t[2] } print sum }' "$dir/times"
}
load=unknown
[ ! -r /proc/loadavg ] || read -r load _ </proc/loadavg
echo "sg-molgen sample, $count molecules, $threads threads, load $load at the start"
echo "   steps   molecules/s   molecules/CPU s   peak memory"
for steps in 20 50 100; do
    cpu >"$dir/a"
    "$prog" sample -m "$model" -n "$count" --steps $steps --threads "$threads" --seed 1 -o "$dir/$steps.sdf" 2>"$dir/log" ||
        { cat "$dir/log" >&2; exit 1; }
    cpu >"$dir/b"
    sed -n 's/.* molecules, .*(\([0-9.]*\)\/s).* \([0-9.]*\) MiB.*/\1 \2/p' "$dir/log" >"$dir/said"
    cat "$dir/a" "$dir/b" "$dir/said" | awk -v s=$steps -v n="$count" '
        NR == 1 { a = $1 }
        NR == 2 { b = $1 }
        NR == 3 { printf "%8d%14.0f%18.1f%10d MiB\n", s, $1, n / (b - a), $2; ok = 1 }
        END { exit !ok }'
done
