#!/usr/bin/env bash
# scripts/paper.sh [live]: every figure and table of the paper into out/paper/ (live: out/paper-live/): sweeps
# experiments/*.json (live: experiments/live/*.json), merges them, and publishes them by `daris report`. A sweep
# that was stopped goes on; finished points are not run again. Live, the exit status is 3 if there is no GPU.
source "$(dirname "$0")/common.sh"

daris=build/release/bin/daris
if [ "${1:-}" = live ]; then
  sweeps=experiments/live folder=out/paper-live how=(--live)
  if ! gpus=$(nvidia-smi --list-gpus 2>&1); then
    say "make paper-live needs an NVIDIA GPU and its driver, and finds none; \`make paper\` simulates"
    exit 3
  fi
  say "GPU: $gpus"
  scripts/setup.sh build torch
  build release -DDARIS_WITH_TORCH=ON
else
  sweeps=experiments folder=out/paper how=(--threads "$jobs")
  build release -- daris
fi

documents=()
for file in "$sweeps"/*.json; do
  # Other documents lie beside the sweeps.
  grep --quiet '"daris.sweep"' "$file" || continue
  name=$(basename "$file" .json)
  say "$name"
  "$daris" sweep "$file" -o "$folder/sweeps/$name" "${how[@]}" --progress
  "$daris" merge "$folder/sweeps/$name" -o "$folder/reports/$name.json" --no-table
  documents+=("$folder/reports/$name.json")
done
"$daris" ablations "$folder/reports/ablations.json" -o "$folder/reports/ablations-worth.json" \
  2>"$folder/reports/ablations-worth.txt"
documents+=("$folder/reports/ablations-worth.json")

say "claims, tables, figures, page"
rm -rf "$folder/figures"
"$daris" report "${documents[@]}" analysis/published/rtx2080ti-runs.json --claims experiments/claims.json \
  -o "$folder" 2>&1 | tee "$folder/claims.txt"

say "done"
cat <<END
page      $folder/index.html
figures   $folder/figures/       (85 mm wide, PDF, SVG, PNG)
tables    $folder/tables/        (LaTeX, Markdown), $folder/points.csv
claims    $folder/claims.txt     (which hold: here, and in the figures that the paper's authors published)
reports   $folder/reports/
END
