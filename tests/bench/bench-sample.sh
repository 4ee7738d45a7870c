#!/bin/sh
# Samples per second and peak memory: bench-sample.sh PROGRAM MODEL COUNT STEPS [OPTION...]
# STEPS is a list, "20 50 100"; the options are those of `sample`, THREADS (default 2) from the environment.
# Rates and memory are the program's own; CPU time is the children's, from the shell.
set -e
prog=${1:?program} model=${2:?model file} count=${3:?count} list=${4:?steps} threads=${THREADS:-2}
shift 4
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cpu() { # seconds of CPU time of the finished children
    times >"$dir/times"
    awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); sum += 60 * t[1] + t[2] } print sum }' "$dir/times"
}
load=unknown
[ ! -r /proc/loadavg ] || read -r load _ </proc/loadavg
name=${prog##*/}
echo "${name#lt-} sample $*, $count samples, $threads threads, load $load at the start"
echo "   steps   samples/s   samples/min   samples/CPU s   peak memory"
for steps in $list; do
    cpu >"$dir/a"
    "$prog" sample -m "$model" -n "$count" --steps "$steps" --threads "$threads" --seed 1 "$@" -o "$dir/out" 2>"$dir/log" ||
        { cat "$dir/log" >&2; exit 1; }
    cpu >"$dir/b"
    sed -n 's/.* s (\([0-9.]*\)\/s), .* \([0-9.]*\) MiB.*/\1 \2/p' "$dir/log" >"$dir/said"
    cat "$dir/a" "$dir/b" "$dir/said" | awk -v s="$steps" -v n="$count" '
        NR == 1 { a = $1 }
        NR == 2 { b = $1 }
        NR == 3 { printf "%8d%12.1f%14.0f%16.1f%10d MiB\n", s, $1, 60 * $1, n / (b - a), $2; ok = 1 }
        END { exit !ok }'
done
