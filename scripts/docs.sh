#!/usr/bin/env bash
# Writes docs/metrics.md from what the built program says of its metrics.
set -euo pipefail
cd "$(dirname "$0")/.."
program="${1:-build/dev/cli/recgauge}"
{
  cat <<'HEAD'
# Metrics

Every metric is stored under its full name, with each parameter spelt out, since the same short name stands for different formulas in
different libraries. `ndcg@10` in a configuration means the default variant (the first value of each parameter below);
`profile: recbole` (or `trec_eval`, `elliot`, `replay`, `vae_cf`, `daisy`, `lenskit`) makes short names mean what they mean there. Users
without relevant items are skipped and counted (`empty=skip`), or count as 0 (`empty=zero`). Items beyond the catalogue and
repeated items use up their rank and never count as hits.

The list below is what `recgauge list metrics` prints.

```
HEAD
  "$program" list metrics
  echo '```'
} > docs/metrics.md
