#!/usr/bin/env bash
# Profiles small_cnn on this machine's GPU into OUT/small-cnn.json: times on all quotas, saturation, and
# traffic where the counters may be read. It takes about two minutes, and the same call goes on where it ended.
#   scripts/profile_small_cnn.sh OUT [BIN]      BIN: the folder of the programs, build/release/bin by default
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?the folder for the profile is needed}
bin=${2:-build/release/bin}
mkdir -p "$out"
"$bin/daris" profile --models small_cnn --budget 4m -o "$out/small-cnn.json"
