# Commands for people; each sets up what it needs (scripts/setup.sh) and is quick the second time. `make help`
# lists them.
.DEFAULT_GOAL := help
.PHONY: help build demo paper paper-live check test test-slow gpu-test bench coverage fuzz determinism ablations sanitize \
  format lint lint-changed package clean

help:            ## list the commands
	@sed -n 's/^\([a-z-]*\): *## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

build:           ## build daris and its companions into build/release/bin/
	@scripts/setup.sh build torch
	@scripts/build.sh release -DDARIS_WITH_TORCH=ON

demo:            ## sweep over a bundled profile into out/demo/, with figures; needs no GPU, CUDA or LibTorch
	@scripts/setup.sh build
	@scripts/demo.sh

paper:           ## simulate all experiments of experiments/, and draw figures, tables and a page into out/paper/
	@scripts/setup.sh build
	@scripts/paper.sh

paper-live:      ## measure their live counterparts on an NVIDIA GPU into out/paper-live/
	@scripts/paper.sh live

check:           ## the quick tests, without LibTorch: units, scenarios, properties, architecture, documents
	@scripts/setup.sh build
	@scripts/check.sh

test:            ## build everything and run all tests that this machine can run
	@scripts/setup.sh build torch tests
	@scripts/test.sh

test-slow:       ## of these, only the tests that take a minute or more
	@scripts/setup.sh build torch
	@scripts/test.sh --label-regex slow

gpu-test:        ## run the tests that need an NVIDIA GPU
	@scripts/setup.sh build torch
	@scripts/gpu_test.sh

bench:           ## benchmarks: a table, and JSON in out/bench/
	@scripts/setup.sh build
	@scripts/bench.sh

coverage:        ## line coverage of policy/ and sim/; fails under 95%
	@scripts/setup.sh build tools
	@scripts/coverage.sh

fuzz:            ## libFuzzer over every kind of input file, 60 seconds together (FUZZ_SECONDS=n for more)
	@scripts/setup.sh build tools
	@scripts/fuzz.sh

determinism:     ## one sweep by 1 and 2 threads, killed and resumed, by GCC and Clang: equal bytes
	@scripts/setup.sh build tools
	@scripts/determinism.sh

ablations:       ## what each switch of the scheduler is worth; a table, and JSON in out/ablations/
	@scripts/setup.sh build
	@scripts/ablations.sh

sanitize:        ## build and test with AddressSanitizer and UBSan, then with ThreadSanitizer
	@scripts/setup.sh build
	@scripts/sanitize.sh

format:          ## format the sources in place
	@scripts/setup.sh tools
	@scripts/format.sh

lint:            ## check format, and clang-tidy's checks
	@scripts/setup.sh build torch tools
	@scripts/lint.sh

lint-changed:    ## the same for what changed since LINT_BASE, by default the day before; 20 minutes at most
	@scripts/setup.sh build torch tools
	@scripts/lint.sh --changed

package:         ## a .tar.gz and a .deb in out/packages/
	@scripts/setup.sh build torch
	@scripts/package.sh

clean:           ## remove what was built and written (not .venv/)
	rm -rf build out
