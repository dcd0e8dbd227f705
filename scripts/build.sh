#!/usr/bin/env bash
# scripts/build.sh PRESET [-DNAME=VALUE...] [-- TARGET...]: configures and builds into build/PRESET.
source "$(dirname "$0")/common.sh"
build "$@"
