#!/usr/bin/env bash
# program_test.sh PROGRAM: without a GPU the program says so in one line; wrong words are refused before that.
set -uo pipefail
program=$1

check() { # EXIT_CODE TEXT WORDS...: standard error is one line that has the text
  local code=$1 text=$2 said status
  shift 2
  said=$(CUDA_VISIBLE_DEVICES="" "$program" "$@" 2>&1 > /dev/null)
  status=$?
  if [[ $status != "$code" || $said != *"$text"* || $said == *$'\n'* ]]; then
    echo "$*: exit code $status, said \"$said\"; wanted $code and \"$text\""
    exit 1
  fi
}

check 3 "NVIDIA" --beside 1
check 2 "--beside" --beside many
check 3 "directory" --output /
"$program" --help | grep -q -- --beside
