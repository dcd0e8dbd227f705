#!/usr/bin/env bash
# Says what each switch of the schedulers is worth: runs the sweeps of ablations and compares their points in
# pairs, those of `daris` and those of `daris-batched`.
source "$(dirname "$0")/common.sh"

daris=build/release/bin/daris

build release -- daris

ablate() {
  local sweep="$1" folder="$2"
  say "sweeping $sweep (stop it when you like: the next \`make ablations\` goes on from there)"
  "$daris" sweep "workloads/sweeps/$sweep.json" -o "$folder" --threads "$jobs" --progress
  say "comparing"
  "$daris" merge "$folder" -o "$folder/report.json" --no-table
  "$daris" ablations "$folder/report.json" -o "$folder/ablations.json" 2>&1 | tee "$folder/table.txt"
}

ablate ablations out/ablations
ablate ablations-batched out/ablations-batched

say "done"
for folder in out/ablations out/ablations-batched; do
  cat <<END
report      $folder/report.json
intervals   $folder/ablations.json
table       $folder/table.txt
END
done
