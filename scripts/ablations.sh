#!/usr/bin/env bash
# Says what each switch of the scheduler is worth: runs workloads/sweeps/ablations.json and compares its
# points in pairs.
source "$(dirname "$0")/common.sh"

folder=out/ablations
daris=build/release/bin/daris

build release -- daris

say "sweeping (stop it when you like: the next \`make ablations\` goes on from there)"
"$daris" sweep workloads/sweeps/ablations.json -o "$folder" --threads "$jobs" --progress

say "comparing"
"$daris" merge "$folder" -o "$folder/report.json" --no-table
"$daris" ablations "$folder/report.json" -o "$folder/ablations.json" 2>&1 | tee "$folder/table.txt"

say "done"
cat <<END
report      $folder/report.json
intervals   $folder/ablations.json
table       $folder/table.txt
END
