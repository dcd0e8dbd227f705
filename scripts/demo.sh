#!/usr/bin/env bash
# Sweeps the paper's task sets over the bundled profile of a real GPU, and makes a table, out/demo/report.json
# and figures. A sweep that was stopped goes on; it does not run finished points again.
source "$(dirname "$0")/common.sh"

folder=out/demo
daris=build/release/bin/daris

build release -- daris

say "sweeping (stop it when you like: the next \`make demo\` goes on from there)"
for sweep in demo demo-own-weights; do
  "$daris" sweep "workloads/sweeps/$sweep.json" -o "$folder/$sweep" --threads "$jobs" --progress
done

say "merging"
merge="$daris merge $folder/demo $folder/demo-own-weights"
$merge -o "$folder/report.json" 2>&1 | tee "$folder/table.txt"

say "drawing"
rm -rf "$folder/figures"
figures=$("$python" analysis/figures/plot_report.py "$folder/report.json" -o "$folder/figures" | wc -l)

say "done"
cat <<END
report    $folder/report.json
table     $folder/table.txt      (every point: $merge --table -o /dev/null)
figures   $folder/figures/       ($figures files, PNG and SVG)

Any point can be run again by itself: $daris sim --config $folder/report.json --point ID
END
