#!/usr/bin/env bash
# Builds the programs and packs them into a .tar.gz and a .deb in out/packages/. `daris` needs only the C
# library. Its companions need LibTorch too: DARIS_TORCH_DIR names it when they run.
source "$(dirname "$0")/common.sh"

folder=out/packages

build release -DDARIS_WITH_TORCH=ON -- daris daris-run daris-profile
say "packing"
rm -rf "$folder"
cpack --config build/release/CPackConfig.cmake -B "$folder"
rm -rf "$folder/_CPack_Packages"
say "written:"
ls -l "$folder"/*
