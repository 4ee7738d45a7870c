#!/bin/sh
# Makes doc/molecules.svg anew: the first twelve complete molecules of a seed. Run in the source tree; SG is the program.
set -e
${SG:-build/sg-molgen} sample -q -n 24 --seed 7 | ${SG:-build/sg-molgen} report - --only-valid --drawings 12 -o doc/molecules.svg
