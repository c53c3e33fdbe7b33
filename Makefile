# SPDX-License-Identifier: MIT
# all      build/libpeerless.so and build/peerless (the default)
# demo     a real client and a really dead peer, without and with peerless
# check    every test; unit: only those of libcore.a, under ASan and UBSan; torture: only the victims
#          of each hazard, bare and preloaded; fuzz: ten minutes a target; mutants: that torture
#          catches seeded defects; suites: what other projects test with, bare and preloaded
# bench    what it costs, as ratios and instruction counts
# matrix   dead and slow peers, under us and others (MATRIX="-n 10": ten runs of each)
# docs     README's option table from shim/config.def, tools/fields.md from tools/fields.def
# install  PREFIX=/usr/local DESTDIR=; format: clang-format over everything
# CC=clang, V=1 (show commands), SAN=undefined|address (own build folder)

CC      ?= gcc
PREFIX  ?= /usr/local
SAN     ?=
BUILD   ?= build$(if $(SAN),-$(SAN))
Q       := $(if $(V),,@)
J       := -j$(shell nproc)
say     = @printf '  %-5s %s\n' $(1) $(2)

WARN    := -Wall -Wextra -Werror -Wmissing-prototypes -Wstrict-prototypes -Wshadow -Wvla
CFLAGS  ?= -O2 -g
COMMON  := -std=gnu11 -D_GNU_SOURCE -Ishim -MMD -MP $(WARN) $(CFLAGS)
SHIM_CC := $(COMMON) -fPIC -fvisibility=hidden -ftls-model=initial-exec -fno-exceptions -fasynchronous-unwind-tables -fno-stack-protector -Wno-deprecated-declarations

# Trap mode needs no run-time library, so the preloaded library can have it; ASan cannot be preloaded.
SAN_undefined := -fsanitize=undefined -fsanitize-undefined-trap-on-error
SAN_address   := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
SANFLAGS      := $(SAN_$(SAN))

# Files off the hot path, with their larger frames: DESIGN.md 4.
COLD    := policy/arm policy/failfast policy/verdict policy/report policy/environment runtime/% sys/% entry/init entry/process
SHIM    := $(patsubst shim/%.c,%,$(wildcard shim/*/*.c))
CORE    := $(filter policy/% runtime/% sys/%,$(SHIM))
TOOL    := $(wildcard tools/*.c)
UNIT    := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))

all: $(if $(filter address,$(SAN)),,$(BUILD)/libpeerless.so) $(BUILD)/peerless

$(BUILD)/libpeerless.so: $(SHIM:%=$(BUILD)/shim/%.o) $(BUILD)/libpeerless.map
	$(call say,LINK,$@)
	$(Q)$(CC) -shared -Wl,-z,defs,-z,now,-z,relro,--as-needed,--version-script=$(BUILD)/libpeerless.map \
		-Wl,-soname,libpeerless.so $(SANFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) -ldl

$(BUILD)/libpeerless.map: shim/calls.def Makefile
	@mkdir -p $(@D)
	$(Q)sed -nE 's/^(CALL|ALIAS|HOOK)\(([A-Za-z0-9_]*)[,)].*/\2;/p' $< | \
		{ echo '{ global:'; cat; echo 'local: *; };'; } >$@

$(BUILD)/libcore.a: $(CORE:%=$(BUILD)/shim/%.o)
$(BUILD)/libtools.a: $(patsubst %.c,$(BUILD)/%.o,$(filter-out tools/main.c,$(TOOL)))
$(BUILD)/libcore.a $(BUILD)/libtools.a:
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/peerless: $(BUILD)/tools/main.o $(BUILD)/libtools.a $(BUILD)/libcore.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ -lelf -lmnl

$(BUILD)/shim/%.o: shim/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(SHIM_CC) $(SANFLAGS) \
		-Wframe-larger-than=$(if $(SAN),8192,$(if $(filter $(COLD),$*),2048,512)) -c -o $@ $<

$(BUILD)/tools/%.o: tools/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(COMMON) $(SANFLAGS) -Itools -DPREFIX='"$(PREFIX)"' -c -o $@ $<

$(BUILD)/unit/%: tests/unit/%.c $(BUILD)/libtools.a $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(COMMON) $(SANFLAGS) -Itools -o $@ $(filter %.c %.a,$^) -lcmocka -lelf -lmnl

unit:
	$(Q)tests/packages unit
	$(Q)$(MAKE) --no-print-directory $(J) SAN=address unit-run

unit-run: $(UNIT:%=$(BUILD)/unit/%)
	$(Q)for t in $^; do $$t || exit 1; done

demo: ; $(Q)tests/packages build demo && $(MAKE) -s $(J) all && tests/demo
check: ; $(Q)tests/packages build unit check torture fuzz $(SUITES:quick=quicksuites) && \
	$(MAKE) -s $(J) all && SUITES=$(SUITES) tests/run
torture mutants suites fuzz:
	$(Q)tests/packages build $(@:mutants=mutants torture) && $(MAKE) -s $(J) all && tests/$(@:mutants=torture/mutants)/run
bench: ; $(Q)tests/packages build bench && $(MAKE) -s $(J) all && tests/bench/run
matrix: ; $(Q)tests/packages build matrix && $(MAKE) -s $(J) all && tests/matrix/run $(MATRIX)

docs: all
	$(Q)for f in README.md tools/fields.md; do tests/docs --write $$f || exit 1; done

install: all
	$(Q)install -D -m 755 $(BUILD)/peerless $(DESTDIR)$(PREFIX)/bin/peerless
	$(Q)install -D -m 755 $(BUILD)/libpeerless.so $(DESTDIR)$(PREFIX)/lib/peerless/libpeerless.so

format:
	$(Q)clang-format -i $(shell git ls-files '*.c' '*.h')

clean:
	$(Q)rm -rf build build-undefined build-address

.PHONY: all unit unit-run demo check torture mutants suites fuzz bench matrix docs install format clean
.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
