#!/usr/bin/env bash
# Installs what recgauge is built from, on Debian 12 (or a Debian of its kind), as root or through sudo.
#   scripts/setup.sh           what the build needs
#   scripts/setup.sh --tests   also what the tests need: Chromium, doctest, RapidCheck, clang-format, ...
# Installs nothing that is there already; run again, it ends at once.
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache pkg-config git ca-certificates
  libboost1.81-dev libcli11-dev libcurl4-openssl-dev libeigen3-dev libfmt-dev libopenblas-dev
  libhnswlib-dev libsqlite3-dev libssl-dev libtbb-dev libutf8proc-dev libyaml-cpp-dev nlohmann-json3-dev zlib1g-dev libarchive-dev libtorch-dev
)
test_packages=(chromium clang-format doctest-dev librapidcheck-dev libxml2-utils jq nginx-light openssl curl groonga-bin)

for argument in "$@"; do
  case "$argument" in
    --tests) packages+=("${test_packages[@]}") ;;
    *) echo "setup.sh: unknown argument '$argument'; known is --tests" >&2; exit 2 ;;
  esac
done
# Any Node.js of version 18 or newer will do; Debian's is taken where there is none.
command -v node >/dev/null && command -v npm >/dev/null || packages+=(nodejs npm)
# For the example of a model as a program, and its tests.
command -v python3 >/dev/null || packages+=(python3-minimal)

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ "${#missing[@]}" -eq 0 ]; then
  echo "setup: all packages are installed"
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "setup.sh: run as root or install sudo; missing: ${missing[*]}" >&2; exit 2; }
  as_root=(sudo)
fi
echo "setup: installing ${missing[*]}"
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
