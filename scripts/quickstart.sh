#!/usr/bin/env bash
# From a fresh clone to a report: installs packages, builds recgauge, runs the embedded world, says where the report is.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "== 1/3 packages"
scripts/setup.sh
echo "== 2/3 build (a few minutes the first time)"
cmake --preset release -DRECGAUGE_TESTS=OFF -DRECGAUGE_BENCHMARKS=OFF
cmake --build build/release --target recgauge
echo "== 3/3 run: three neural models and six baselines on the embedded world"
build/release/cli/recgauge run examples/quickstart.yaml --output recgauge-runs/quickstart --overwrite

cat <<END

The program:  $PWD/build/release/cli/recgauge
The report:   $PWD/recgauge-runs/quickstart/report.html  (open it in a browser)
The numbers:  $PWD/recgauge-runs/quickstart/report.json
Next:         build/release/cli/recgauge --help
END
