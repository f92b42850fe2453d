#!/bin/bash
# The recipes for clusters, each run on this machine as its scheduler would run it, against the run in one piece.
# Usage: cluster_recipes.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
recipes=$(realpath "$(dirname "$0")/../../examples/cluster")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin"
ln -s "$program" "$folder/bin/recgauge"
export PATH="$folder/bin:$PATH"
cd "$folder"
cat > models.yaml <<'YAML'
data: {world: {users: 80, items: 40, mean_interactions: 10}}
list_length: 20
baselines: [popularity, item_knn]
suites: {accuracy: {resamples: 100, sign_flips: 99}}
YAML
recgauge run models.yaml -o whole -q > /dev/null

# What two equal runs may differ in is left out.
result() {
  python3 -c 'import json, sys
report = json.load(open(sys.argv[1] + "/report.json"))
del report["timing"], report["environment"]
print(json.dumps(report, sort_keys=True))' "$1" | sha256sum
}
expect_equal() {
  recgauge merge models.yaml "$1" -q > /dev/null
  [ "$(result whole)" = "$(result "$1/merged")" ] || { echo "$1: the merged report differs"; exit 1; }
  echo "$1: equal"
}

for task in 3 1 2; do
  CONFIG=models.yaml OUTPUT=slurm SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_COUNT=3 bash "$recipes/slurm.sbatch" > /dev/null
done
CONFIG=models.yaml OUTPUT=slurm SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_COUNT=3 bash "$recipes/slurm.sbatch" > /dev/null  # sent again
expect_equal slurm

python3 - "$recipes/kubernetes.yaml" > pod.sh <<'PY'
import sys
lines = open(sys.argv[1]).read().split("            - |\n")[1].split("          volumeMounts:")[0].splitlines()
print("\n".join(line.strip() for line in lines))
PY
for index in 1 0; do JOB_COMPLETION_INDEX=$index SHARDS=2 sh -e pod.sh > /dev/null; done
expect_equal results

if command -v mpirun > /dev/null; then
  mpirun --allow-run-as-root --oversubscribe -n 2 "$recipes/mpirun.sh" models.yaml mpi > /dev/null
else
  for rank in 0 1; do OMPI_COMM_WORLD_RANK=$rank OMPI_COMM_WORLD_SIZE=2 "$recipes/mpirun.sh" models.yaml mpi > /dev/null; done
  echo "mpirun is not here: its ranks were started one after another"
fi
expect_equal mpi
