#!/bin/sh
# The published networks of BESO, here and in PyTorch, one thread, by turns, since the machine may have other work:
# bench-policy.sh PROGRAM FOLDER-OF-THE-TWINS [ROUNDS]. The least times compare.
prog=${1:?program} twins=${2:?tools/twin} rounds=${3:-3}
for py in "${PYTHON:-python3}" /usr/bin/python3 none; do
    "$py" -c 'import torch' 2> /dev/null && break
done
while [ "$rounds" -gt 0 ]; do
    rounds=$((rounds - 1))
    "$prog" 300 || exit 1
    if [ "$py" = none ]; then
        echo "PyTorch: none is installed"
        continue
    fi
    "$py" -B "$twins/beso.py" --time --calls 100
    "$py" -B "$twins/beso.py" --time --calls 40 --obs 30 --action 9 --window 4 --goals 2 --width 360 --layers 6 --heads 6
done
