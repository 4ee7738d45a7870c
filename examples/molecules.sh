#!/bin/sh
# From nothing to files: a sample, one with wishes, and their conversion. Run it in an empty folder.
#   SG_MOLGEN=path/to/sg-molgen sh molecules.sh
set -e
sg=${SG_MOLGEN:-sg-molgen}

"$sg" sample -n 20 --steps 50 --seed 1 -o free.sdf
"$sg" sample -n 10 --steps 50 --seed 1 --target gap=7eV --target mu=1D -o wishes.sdf
"$sg" sample -n 5 --steps 50 --seed 1 --formula C6H12O -o isomers.sdf

"$sg" check free.sdf wishes.sdf isomers.sdf
"$sg" convert free.sdf wishes.sdf -o all.xyz

# the same seed gives the same bytes, whatever the threads
"$sg" sample -n 20 --steps 50 --seed 1 --threads 1 -q -o again.sdf
cmp free.sdf again.sdf
