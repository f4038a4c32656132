# Targets around the tests: one Criterion program for each folder below tests/unit, the runner for the vector tables, checks.
UNIT  := $(patsubst tests/unit/%/,$(B)/unit/%,$(sort $(wildcard tests/unit/*/)))
tobj   = $(patsubst %.c,$(B)/%.o,$(wildcard $(1)/*.c))

.SECONDEXPANSION:
.SECONDARY:
$(B)/unit/%: $$(call tobj,tests/unit/$$*) $(LIBS)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcriterion $(LDLIBS)
$(B)/unit/narrative: override LDFLAGS += -Wl,--wrap=pc_fsm_row # its table.c looks at what the core asks, and alters it
$(B)/unit/interop: $(B)/tests/unit/live/rig.o
$(B)/vectors: $(call tobj,tests/vectors) $(LIBS)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(B)/bench: $(call tobj,tests/bench) $(LIBS)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/soak: $(call tobj,tests/soak) $(LIBS)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

unit: $(UNIT)
programs: peermesh $(B)/vectors $(UNIT)

test:
	$(Q)tests/tools/deps.sh check 2>/dev/null || tests/tools/deps.sh install
	$(Q)$(MAKE) --no-print-directory programs
	$(Q)B=$(B) tests/tools/run_tests.sh

check-layers: $(LIBS)
	$(Q)tests/tools/check_layers.sh $(B)

# Everything again under AddressSanitizer and UndefinedBehaviorSanitizer, in a build of its own.
asan:
	$(Q)$(MAKE) --no-print-directory B=$(B)-asan OPT="-O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer" \
	    LDFLAGS="-fsanitize=address,undefined" $(B)-asan/peermesh $(B)-asan/vectors $(patsubst $(B)/%,$(B)-asan/%,$(UNIT))
	$(Q)B=$(B)-asan tests/tools/run_tests.sh unit vectors smoke

# Twenty live nodes publish 1,000 messages each: two million copies, captured, decoded and compared with the logs. Some minutes, 3 GB of $TMPDIR.
live-long: $(B)/peermesh
	$(Q)B=$(B) tests/checks/live.sh 20 1000
.PHONY: live-long

# Changes of the core that a named test must notice: tests/data/mutants.tsv.
mutants: $(B)/unit/narrative $(B)/unit/mesh $(B)/unit/wire
	$(Q)B=$(B) CC="$(CC)" tests/tools/mutants.sh $(ONLY)

# Rules of the specification set, and where each stands in code and tests.
ledger:
	$(Q)tests/tools/ledger.sh

# What the tests run of protocol/, line by line (LIST=--list: and what they do not).
coverage:
	$(Q)B=$(B) tests/tools/coverage.sh $(LIST)

# Instructions per link delivery against the committed figure.
instructions: $(B)/peermesh
	$(Q)tests/tools/deps.sh need valgrind valgrind
	$(Q)B=$(B) CC="$(CC)" tests/tools/instructions.sh

# The picture of the state machine in protocol/README.md; needs Graphviz.
picture: $(B)/peermesh
	$(Q)tests/tools/deps.sh need dot graphviz
	$(Q)$< fsm --dot >protocol/pictures/neighbor.dot
	$(Q)dot -Tsvg -o protocol/pictures/neighbor.svg protocol/pictures/neighbor.dot

bench: $(B)/bench
	$(B)/bench $(B)/bench.tsv

.PHONY: unit programs test check-layers asan mutants ledger coverage instructions picture bench

# The library at standard size, one seed and default variants, with one index page; all variants, many seeds, resumable.
scenarios: peermesh
	$(Q)tests/tools/scenarios.sh $(ONLY)
SEEDS ?= 1..20
campaign: peermesh
	$(Q)tests/tools/campaign.sh $(or $(TIER),standard) $(SEEDS) $(ONLY)
.PHONY: scenarios campaign

# Everything that can go wrong at once, many seeds in one process; soak-asan: under sanitizers, which also find what leaks.
SOAK ?= 1..200
soak: $(B)/soak
	$(Q)$< scenarios/mesh/soak.lua $(SOAK) net dense spec profile
soak-asan:
	$(Q)$(MAKE) --no-print-directory B=$(B)-asan OPT="-O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer" \
	    LDFLAGS="-fsanitize=address,undefined" SOAK=$(if $(filter command line,$(origin SOAK)),$(SOAK),1..20) soak
.PHONY: soak soak-asan

# Fuzzing: libFuzzer targets, one for each file of tests/fuzz, under sanitizers in a build of its own. `make fuzz SECONDS=600` runs
# each target so long; `make fuzz-short`, part of `make test`, a fixed number of inputs.
SECONDS ?= 60
FUZZ    := $(filter-out seeds,$(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c)))
FB      := build-fuzz
$(B)/fuzz/fuzz_seeds: $(B)/tests/fuzz/seeds.o
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LDLIBS)
$(B)/fuzz/%: $(B)/tests/fuzz/%.o $(LIBS)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)
fuzz-programs:
	$(Q)$(MAKE) --no-print-directory B=$(FB) CC=clang LDFLAGS="-fsanitize=address,undefined" \
	    OPT="-O1 -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined -fno-omit-frame-pointer -Wno-unknown-warning-option" \
	    $(FB)/fuzz/fuzz_seeds $(FUZZ:%=$(FB)/fuzz/%)
fuzz: fuzz-programs
	$(Q)B=$(FB) tests/tools/fuzz.sh 0 $(SECONDS) $(TARGETS)
fuzz-short: fuzz-programs
	$(Q)B=$(FB) tests/tools/fuzz.sh 3000 0

.PHONY: fuzz fuzz-programs fuzz-short
