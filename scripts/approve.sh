#!/bin/sh
# Takes the renderers' present outputs over as the approved ones; `git diff tests/golden/reports` then shows the change.
# usage: scripts/approve.sh [BUILD_FOLDER]
set -eu
cd "$(dirname "$0")/.."
build=${1:-build/dev}
ninja -C "$build" test_reports_golden > /dev/null
RECGAUGE_APPROVE=1 "$build/tests/test_reports_golden"
git --no-pager diff --stat -- tests/golden/reports
