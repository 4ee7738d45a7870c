#!/bin/bash
# CPU seconds of judging as many training graphs as test graphs, one thread, against an evaluator in
# NumPy and NetworkX that knows the kernels' closed forms (tests/graph-eval.py; it leaves out the
# orbits):   bench-eval.sh SG-GRAPHGEN DATA GRAPH-EVAL.PY [PYTHON]
sg=$1 data=$2 script=$3 python=${4:-/usr/bin/python3}
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
TIMEFORMAT='%U %S'
cpu() { # REPEATS COMMAND...: CPU seconds of one
    local n=$1
    shift
    { time for ((i = 0; i < n; i++)); do "$@" > "$dir/out" 2> "$dir/err" || exit; done; } 2>&1 |
        awk -v n="$n" '{ print ($1 + $2) / n }'
}
import=none
"$python" -c 'import numpy, networkx' 2> "$dir/err" && import=$(cpu 3 "$python" -c 'import numpy, networkx')
echo "| graphs | sg-graphgen eval, all statistics | NumPy and NetworkX, without orbits | ratio |"
echo "|---|---|---|---|"
for set in community_small ego_small enzymes planar sbm; do
    ref=$data/$set.test.g6 n=$(wc -l < "$data/$set.test.g6")
    head -"$n" "$data/$set.train.g6" > "$dir/gen.g6"
    ours=$(cpu 5 "$sg" eval --ref "$ref" --gen "$dir/gen.g6" --threads 1 -q)
    theirs=-
    [ "$import" = none ] || theirs=$(cpu 1 "$python" -B "$script" mmd "$ref" "$dir/gen.g6" emd)
    awk -v s="$set, $n and $n" -v a="$ours" -v b="$theirs" -v i="$import" 'BEGIN {
        if (b == "-") { printf "| %s | %.4f | - | - |\n", s, a; exit }
        printf "| %s | %.4f | %.2f | %.0f |\n", s, a, b - i, (b - i) / a }'
done
echo "Starting Python and importing both takes $import s, left out above."
