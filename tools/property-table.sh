#!/bin/sh
# How well property targets are met: the table of a model's page.
#
#     tools/property-table.sh GENERATOR PREDICTOR HELD_OUT.sdf.gz [TARGETS [EACH [OPTION...]]]
#
# For every property, and for some pairs and a triple, TARGETS (40) molecules are taken from the held-out file at equal
# distances; their values become targets of EACH (10) samples (100 steps, raw, with further OPTIONs of sample such as
# --guidance 2 or --candidates 4). The property of a sample is what PREDICTOR says of it. Prints the mean absolute error
# of every property asked for, and how many samples it is over. sg-molgen is taken from PATH, or from $SG_MOLGEN.
set -eu
sg=${SG_MOLGEN:-sg-molgen}
generator=$1 predictor=$2 held_out=$3 targets=${4:-40} each=${5:-10}
shift $(($# < 5 ? $# : 5))
options=$*
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# NAME -> one value a line, in the order of the file
values() { gzip -dc "$held_out" | awk -v tag="> <$1>" '$0 == tag {getline; print}'; }

table() { # NAME...
    for name in "$@"; do values "$name" > "$dir/$name"; done
    n=$(wc -l < "$dir/$1")
    : > "$dir/all.sdf"
    k=1
    while [ "$k" -le "$targets" ]; do
        line=$((k * n / (targets + 1)))
        ask=
        for name in "$@"; do ask="$ask --target $name=$(sed -n "${line}p" "$dir/$name")"; done
        # shellcheck disable=SC2086
        "$sg" sample --model "$generator" -n "$each" --seed "$k" $options $ask -q -o "$dir/one.sdf"
        cat "$dir/one.sdf" >> "$dir/all.sdf"
        k=$((k + 1))
    done
    "$sg" predict -q -m "$predictor" "$dir/all.sdf" -o "$dir/predicted.sdf"
    for name in "$@"; do
        awk -v name="$name" -v asked="$*" '
            $0 ~ "^> *<SG_target_" name "(_.*)?>$" {getline; t = $1; has_t = 1}
            $0 ~ "^> *<SG_pred_" name "(_.*)?>$" {getline; p = $1; has_p = 1}
            $0 == "$$$$" {if (has_t && has_p) {e = t > p ? t - p : p - t; s += e; n++} has_t = has_p = 0}
            END {printf "%-16s %-6s MAE %.4f over %d\n", asked, name, n ? s/n : "nan", n}' "$dir/predicted.sdf"
    done
}

for name in alpha cv mu gap homo lumo; do table "$name"; done
table gap mu
table alpha cv
table mu alpha gap
