# peermesh: "make demo" builds and runs the main job, "make test" passes the tests.
B      ?= build
CC     ?= cc
PREFIX ?= /usr/local
OPT    ?= -O2
PARTS  := protocol/wire protocol/mesh sim analysis scenarios/engine
PKGS   := glib-2.0 gio-2.0 lua5.4 libpcap igraph

pkg     = $(shell pkg-config --$(1) $(PKGS) 2>/dev/null)
WARN   := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion
CFLAGS += -std=c11 -D_GNU_SOURCE -g $(OPT) -ffp-contract=off $(WARN) -I. -isystem $(B) $(call pkg,cflags)
LDLIBS += $(call pkg,libs) -lm
ifdef CI
CFLAGS += -Werror
endif
Q      := $(if $(V),,@)
say     = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

lib     = $(B)/lib$(subst /,-,$(1)).a
objs    = $(patsubst %.c,$(B)/%.o,$(filter-out %_main.c,$(wildcard $(1)/*.c)))
# Link order: whoever includes comes before whom it includes.
LIBS   := $(foreach p,scenarios/engine analysis sim protocol/mesh protocol/wire,$(call lib,$(p)))
TESTS  := $(patsubst tests/unit/%/,$(B)/tests/%,$(wildcard tests/unit/*/))

all: peermesh
.PHONY: all
peermesh: $(B)/scenarios/engine/peermesh_main.o $(LIBS)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

define part
$(call lib,$(1)): $(call objs,$(1))
	$$(call say,AR,$$@)
	$$(Q)rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach p,$(PARTS),$(eval $(call part,$(p))))

$(B)/%.o: %.c | $(B)/.packages
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

include tests/rules.mk
-include $(shell find $(B) -name '*.d' 2>/dev/null)
