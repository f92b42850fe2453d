#!/usr/bin/env bash
# Installs packages, builds everything with warnings as errors, runs all tests but the long studies (label "slow").
set -euo pipefail
cd "$(dirname "$0")/.."

echo "== 1/3 packages"
scripts/setup.sh --tests
echo "== 2/3 build"
cmake --preset dev
cmake --build build/dev
echo "== 3/3 tests"
ctest --preset dev --parallel "$(nproc)" "$@"
echo "all tests passed; logs are in $PWD/build/dev/Testing"
