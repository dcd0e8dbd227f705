#!/usr/bin/env bash
# Installs what the build needs and the machine lacks: scripts/setup.sh build|torch|tests|tools|slurm|all
#
#   build  compiler and libraries from the distribution's packages; enough for `daris` itself
#   torch  LibTorch, CUDA's compiler and CUPTI from PyPI into .venv/ (5 GB); the system's own are not touched.
#          This part is left out if DARIS_TORCH_DIR and DARIS_CUDA_DIR name what you have.
#   tests  what tests check the program's output with, from PyPI into .venv-tests/; without it they are skipped
#   tools  Clang and the checkers
#   slurm  Slurm, for the test of `daris sweep --emit-slurm` alone; it is not a part of `all`
#
# The versions are in scripts/versions.env. It is safe to run again: what is installed is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/versions.env

say() { printf 'set-up: %s\n' "$*" >&2; }

# missing_packages NAME...: prints the names that dpkg does not list as installed, one a line.
missing_packages() {
  local installed
  installed=$(dpkg-query --show --showformat '${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null |
    awk '$1 == "ii" {print $2}' || true)
  printf '%s\n' "$@" |
    grep --invert-match --line-regexp --fixed-strings --file <(printf '%s\n' "$installed") || true
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    say "this needs root: run as root, or install sudo: $*"
    exit 3
  fi
}

install_packages() {
  if ! command -v apt-get >/dev/null; then
    say "no apt-get here; install these packages by the means of this system: $*"
    return
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if [ "${#missing[@]}" -eq 0 ]; then
    return
  fi
  say "installing by apt: ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# The wheels have only libX.so.N and no lib64, but compilers and CMake look for libX.so, and nvcc for lib64.
link_libraries() {
  local folder library
  for folder in .venv/lib/python3*/site-packages/nvidia/*/lib; do
    for library in "$folder"/lib*.so.*; do
      [ -e "$library" ] && ln -sfn "$(basename "$library")" "${library%%.so.*}.so"
    done
  done
  for folder in .venv/lib/python3*/site-packages/nvidia/cu*/; do
    ln -sfn lib "${folder}lib64"
  done
}

install_torch() {
  if [ -n "${DARIS_TORCH_DIR:-}" ] && [ -n "${DARIS_CUDA_DIR:-}" ]; then
    say "LibTorch from $DARIS_TORCH_DIR and CUDA from $DARIS_CUDA_DIR, as named"
    return
  fi
  local wanted
  wanted=$(printf '%s\n' "${pypi_torch[@]}" "${pypi_torch_needs[@]}")
  if [ "$(cat .venv/installed 2>/dev/null)" = "$wanted" ]; then
    return
  fi
  install_packages "${apt_torch[@]}"
  say "LibTorch, CUDA's compiler and CUPTI into .venv/ (5 GB, a minute or two)"
  rm -f .venv/installed
  /usr/bin/python3 -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile \
    "${pypi_torch[@]}" "${pypi_torch_needs[@]}" >&2
  link_libraries
  printf '%s\n' "$wanted" >.venv/installed
}

install_tests() {
  local wanted
  wanted=$(printf '%s\n' "${pypi_tests[@]}")
  if [ "$(cat .venv-tests/installed 2>/dev/null)" = "$wanted" ]; then
    return
  fi
  install_packages "${apt_torch[@]}"
  rm -f .venv-tests/installed
  /usr/bin/python3 -m venv .venv-tests
  .venv-tests/bin/python -m pip install --quiet --disable-pip-version-check "${pypi_tests[@]}" >&2
  printf '%s\n' "$wanted" >.venv-tests/installed
}

for part in "$@"; do
  case $part in
    build) install_packages "${apt_build[@]}" ;;
    torch) install_torch ;;
    tests) install_tests ;;
    tools) install_packages "${apt_tools[@]}" ;;
    slurm) install_packages "${apt_slurm[@]}" ;;
    all) "$0" build torch tests tools ;;
    *) say "\"$part\" is none of build, torch, tests, tools, slurm, all"; exit 2 ;;
  esac
done
