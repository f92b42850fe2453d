#!/bin/sh
# One run shared by the ranks of mpirun, as a launcher of programs on machines with a common file system:
#   mpirun -n 4 examples/cluster/mpirun.sh models.yaml results && recgauge merge models.yaml results
# A rank that ends with an error ends the others; what all have observed is kept, and the same command goes on with it.
set -eu
rank=${OMPI_COMM_WORLD_RANK:-${PMI_RANK:?start this with mpirun}}
ranks=${OMPI_COMM_WORLD_SIZE:-$PMI_SIZE}
number=$((rank + 1))
begun="$2/shard-$number-of-$ranks/observations.sqlite"
exec recgauge run "$1" --output "$2" --shard "$number/$ranks" --quiet $([ -e "$begun" ] && echo --resume)
