#!/bin/sh
# Runs the shell steps of examples/ci as the CI systems would: each recipe in a folder of its own, with recgauge on the
# path. usage: ci_recipes.sh RECGAUGE
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$(cd "$(dirname "$1")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
PATH=$program:$PATH

fail() { echo "FAILED: $1" >&2; exit 1; }

# `run: |` blocks of GitHub Actions; a line with a single %% ends a step.
github_steps() {
  awk '/^ *run: \|/ { match($0, /^ */); indent = RLENGTH; inside = 1; next }
       inside { match($0, /^ */); if ($0 != "" && RLENGTH <= indent) { inside = 0; print "%%" } else print }
       END { if (inside) print "%%" }' "$1"
}

# The items of `script:` of GitLab CI, each a step.
gitlab_steps() {
  awk '/^  script:/ { inside = 1; next }
       inside && /^    - / { sub(/^    - /, ""); print; print "%%"; next }
       inside { inside = 0 }' "$1"
}

# The texts between triple quotes of a Jenkinsfile.
jenkins_steps() {
  awk "/'''/ { inside = !inside; if (!inside) print \"%%\"; next } inside { print }" "$1"
}

# Executes the steps on standard input one after another and prints how many there were.
execute() {
  awk -v folder="$1" '/^%%$/ { step++; next } { print > (folder "/step-" step + 0 ".sh") } END { print step + 0 }' > count
  for step in $(seq 0 $(($(cat count) - 1))); do
    sh -e "step-$step.sh" > "step-$step.log" 2>&1 || { cat "step-$step.log" >&2; fail "$recipe, step $step"; }
  done
}

enter() {
  recipe=$1
  mkdir -p "$scratch/$recipe/examples"
  cp -r "$root/examples/ci" "$scratch/$recipe/examples/"
  if [ -d "$scratch/github/baseline" ] && [ "$recipe" != github ]; then
    cp -r "$scratch/github/baseline" "$scratch/$recipe/"
  fi
  cd "$scratch/$recipe"
}

expect_steps() { [ "$(cat count)" -eq "$1" ] || fail "$recipe: $(cat count) steps found instead of $1"; }

enter github
export GITHUB_STEP_SUMMARY="$PWD/summary.md"
github_steps examples/ci/github-actions.yaml | execute .
expect_steps 4
grep -q 'Verdict: pass' summary.md || fail "no verdict in the job summary"
grep -q '^::notice title=recgauge' step-2.log || fail "no annotation"
grep -q 'Verdict: pass' comment.md || fail "no verdict in the comment"
grep -q '"status": "pass"' candidate/report.json || fail "no verdict in report.json"

enter gitlab
gitlab_steps examples/ci/gitlab-ci.yaml | execute .
expect_steps 3
grep -q '<testsuite name="gates"' gates.xml || fail "no JUnit file"

enter jenkins
jenkins_steps examples/ci/Jenkinsfile | execute .
expect_steps 2
grep -q 'failures="0" errors="0"' gates.xml || fail "no JUnit file"

# A release that is worse must stop the build with exit code 1.
cd "$scratch/github"
sed -i 's/kind: ease/kind: random/' examples/ci/model.yaml
rm -rf candidate
sh -e step-1.sh > /dev/null 2>&1
code=0
sh -e step-2.sh > worse.log 2>&1 || code=$?
[ $code -eq 1 ] || { cat worse.log; fail "a random model gives exit code $code instead of 1"; }
grep -q '^::error title=fail' worse.log || fail "no error annotation"
echo "all recipes run"
