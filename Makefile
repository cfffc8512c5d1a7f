# The newcomer's door: each target is a line or two over cmake. `make help` lists them.
# Everything is built in build/PRESET; the presets are in CMakePresets.json.

.DEFAULT_GOAL := help
FUZZ_SECONDS ?= 20
SEEDS ?= 200
REPEAT ?= 0
INTO ?= build/overhead
WORKLOAD ?= read_jobs
.PHONY: help deps demo build test table sweep coverage bench overhead profile bench-client bench-mockd torture fuzz format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

deps: ## install the Debian packages that are missing
	@.ci/deps

demo: deps ## run all scenarios, then show what counting job origins costs
	@cmake --preset release >/dev/null && cmake --build --preset release --target demo

build: deps ## build everything, optimized: build/release/bin has mockd, scn, bench and the examples
	@cmake --preset release >/dev/null && cmake --build --preset release

test: deps ## build with sanitizers and run every test
	@cmake --workflow --preset dev

table: deps ## list commands, errors and behaviours of nodes: how many scenarios use, get or meet them
	@cmake --preset release >/dev/null && cmake --build --preset release --target table

sweep: ## the same seed gives the same event log: SEEDS=200 seeds on gcc and clang, -O0 and -O2
	@.ci/deps clang && cmake -DSOURCE=$(CURDIR) -DBINARY=$(CURDIR)/build -DSEEDS=$(SEEDS) \
		"-DBUILDS=gcc -O0;gcc -O2;clang -O0;clang -O2" -P tests/system/sweep.cmake

coverage: deps ## run every test and report lines, functions and branches; fails below the floor
	@cmake --workflow --preset coverage

bench: deps ## count what counting job origins costs, and what the counter itself does
	@cmake --preset release >/dev/null && cmake --build --preset release --target bench

overhead: deps ## report what counting costs, to the instruction; INTO=docs: for README.md; REPEAT=9: by the clock too
	@cmake --preset release >/dev/null && cmake --build --preset release --target bench-loads
	@build/release/bin/overhead --repeat $(REPEAT) --into $(INTO)

profile: deps ## what each line of FUNCTION costs under WORKLOAD, and a flame graph; WITH=--diff: against counting off
	@cmake --preset release >/dev/null && cmake --build --preset release --target bench-loads
	@build/release/bin/profile --flame build/flame.svg $(WITH) $(WORKLOAD) $(FUNCTION)

bench-client: deps ## what a job costs a client over TCP: hiredis alone, disq, its worker
	@cmake --preset release >/dev/null && cmake --build --preset release --target peers

bench-mockd: deps ## what mockd takes in time and memory, beside the real Disque
	@cmake --preset release >/dev/null && cmake --build --preset release --target mockd-costs

torture: deps ## make each reply to a client go wrong, and each allocation fail, one after the other
	@cmake --preset dev >/dev/null && cmake --build --preset dev --target torture-all

fuzz: ## let each fuzz target look for FUZZ_SECONDS=20; says how many inputs it tried
	@.ci/deps clang libclang-rt-dev && cmake --preset fuzz -DTESTTUBE_FUZZ_SECONDS=$(FUZZ_SECONDS) >/dev/null
	@cmake --build --preset fuzz && ctest --preset fuzz --verbose >build/fuzz/log 2>&1; status=$$?; \
	grep -E 'Done|Passed|Failed|ERROR' build/fuzz/log; exit $$status

format: ## lay out all C files as .clang-format says
	@.ci/deps clang-format && git ls-files -co --exclude-standard '*.[ch]' | xargs clang-format -i

clean: ## forget everything that was built
	@rm -rf build
