#!/bin/bash
# What graphs cost and how near they come to the data, by sampler and number of steps:
#     bench-graphs.sh SG-GRAPHGEN DATA MODEL N STEPS... [-- SAMPLER...]
# DATA: the folder of MODEL.test.g6 and MODEL.train.g6 (N graphs each; suite emd). SUITE and RULE in
# the environment choose other kernels and what is valid. CPU seconds of one thread.
sg=$1 data=$2 model=$3 n=$4
shift 4
steps=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do steps+=("$1") && shift; done
shift
[ $# -gt 0 ] || set -- euler
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
TIMEFORMAT='%U %S'
echo "| sampler, steps | average MMD | ratio | degree / clustering / orbit | connected | unique | novel |${RULE:+ valid, unique, novel |} CPU s a graph |"
echo "|---|---|---|---|---|---|---|---|${RULE:+---|}"
for sampler; do
    for k in "${steps[@]}"; do
        cpu=$({ time "$sg" sample --model "$model" -n "$n" --seed 1 --steps "$k" --sampler "$sampler" --threads 1 -q \
            -o "$dir/g.g6" 2> "$dir/err"; } 2>&1) || { echo "| $sampler, $k | $(head -1 "$dir/err") |" && continue; }
        "$sg" eval --ref "$data/$model.test.g6" --train "$data/$model.train.g6" --gen "$dir/g.g6" --suite "${SUITE:-emd}" \
            ${RULE:+--rule "$RULE"} > "$dir/scores" || exit
        awk -v at="$sampler, $k" -v cpu="$cpu" -v n="$n" -v rule="$RULE" '
            $1 ~ /^(degree|clustering|orbit|average)$/ { mmd[$1] = sprintf("%.4f", $3); sub(/^0/, "", mmd[$1]) }
            $1 == "average" { sd = $5; ratio = $NF }
            $1 ~ /^(connected|unique|novel)$/ { share[$1] = $2 }
            /^valid, unique, novel/ { vun = $4 }
            END {
                split(cpu, c, " ")
                printf "| %s | %s ± %.4f | %s | %s / %s / %s | %.3f | %.3f | %.3f |", at, mmd["average"], sd, ratio,
                    mmd["degree"], mmd["clustering"], mmd["orbit"], share["connected"], share["unique"], share["novel"]
                if (rule != "") printf " %.3f |", vun
                printf " %.4f |\n", (c[1] + c[2]) / n
            }' "$dir/scores"
    done
done
