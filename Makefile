# peermesh: "make demo" builds and runs the main job, "make test" passes the tests. Both install what is missing.
B      ?= build
CC     ?= cc
PREFIX ?= /usr/local
OPT    ?= -O2
PARTS  := protocol/wire protocol/mesh protocol/live sim analysis scenarios/conform scenarios/engine
PKGS   := glib-2.0 gio-2.0 lua5.4 libpcap igraph

pkg     = $(shell pkg-config --$(1) $(PKGS) 2>/dev/null)
WARN   := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion
CFLAGS += -std=c11 -D_GNU_SOURCE -g $(OPT) -ffp-contract=off $(WARN) $(if $(CI),-Werror) -I. $(call pkg,cflags)
LDLIBS += $(call pkg,libs) -lm
Q      := $(if $(V),,@)
say     = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

lib     = $(B)/lib$(subst /,-,$(1)).a
objs    = $(patsubst %.c,$(B)/%.o,$(filter-out %_main.c,$(wildcard $(1)/*.c)))
# Link order: whoever includes comes before whom it includes.
LIBS   := $(foreach p,scenarios/engine scenarios/conform analysis sim protocol/live protocol/mesh protocol/wire,$(call lib,$(p)))

all: peermesh
peermesh: $(B)/peermesh
	$(Q)cp -f $< $@
$(B)/peermesh: $(B)/scenarios/engine/peermesh_main.o $(LIBS)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The commit, for the one object that names it: a new commit links the program anew, and nothing else.
$(B)/.commit: FORCE
	$(Q)mkdir -p $(B); c=$$(git describe --always --dirty --abbrev=7 2>/dev/null || echo unknown); \
	    [ "$$c" = "$$(cat $@ 2>/dev/null)" ] || echo "$$c" >$@
$(B)/scenarios/engine/peermesh_main.o: $(B)/.commit
$(B)/scenarios/engine/peermesh_main.o: private override CFLAGS += -DSCN_COMMIT='"$(shell cat $(B)/.commit)"'

define part
$(call lib,$(1)): $(call objs,$(1))
	$$(call say,AR,$$@)
	$$(Q)rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach p,$(PARTS),$(eval $(call part,$(p))))

$(B)/%.o: %.c | $(B)/.packages
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# Texts of pages, as C strings.
$(B)/analysis/flood_page.o: $(B)/analysis/flood_page.html.inc $(B)/analysis/flood_page.js.inc
$(B)/analysis/flood_page.o: private override CFLAGS += -I$(B)
$(B)/%.inc: %
	$(Q)mkdir -p $(@D) && sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' $< >$@

$(B)/.packages:
	$(Q)mkdir -p $(B) && tests/tools/deps.sh check && touch $@

deps:
	$(Q)tests/tools/deps.sh install

# The main job: 2,000 peers, each the real protocol core, carry a stock ticker over a simulated world-wide network.
demo:
	$(Q)tests/tools/deps.sh check 2>/dev/null || tests/tools/deps.sh install
	$(Q)$(MAKE) --no-print-directory peermesh
	./peermesh run scenarios/pubsub/stock_ticker.lua --set subscribers=2000 --set day=3min --seed 7

# The core and the live node for other programs: protocol/live/peermesh.h.
$(B)/libpeermesh.a: $(foreach p,protocol/wire protocol/mesh protocol/live,$(call objs,$(p)))
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

install: peermesh $(B)/libpeermesh.a
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/peermesh $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/lib/pkgconfig
	install -m 644 protocol/live/peermesh.h $(DESTDIR)$(PREFIX)/include/
	install -m 644 $(B)/libpeermesh.a $(DESTDIR)$(PREFIX)/lib/
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(shell sed -n 's/.*SCN_VERSION "\(.*\)"/\1/p' scenarios/engine/version.h)|' protocol/live/peermesh.pc.in \
	    >$(DESTDIR)$(PREFIX)/lib/pkgconfig/peermesh.pc
	install peermesh $(DESTDIR)$(PREFIX)/bin/
	find scenarios \( -name '*.lua' -o -path '*/baselines/*.tsv' -o -path '*/known/*.tsv' -o -path '*/networks/*.txt' -o -path '*/captures/*.tsv' -o -name '*.pcap' \) -exec install -D -m 644 {} $(DESTDIR)$(PREFIX)/share/peermesh/{} \;

# The dissector for Wireshark and tshark: to the personal plugin folder, or with DESTDIR or WIRESHARK_PLUGINS elsewhere.
WIRESHARK_PLUGINS ?= $(if $(DESTDIR),$(PREFIX)/lib/wireshark/plugins,$(HOME)/.local/lib/wireshark/plugins)
install-wireshark:
	install -D -m 644 analysis/wireshark/peerchannel.lua $(DESTDIR)$(WIRESHARK_PLUGINS)/peerchannel.lua

# The static dictionary inside the dissector, from the table of protocol/wire.
dictionary:
	$(Q)tests/tools/dictionary.sh write

clean:
	rm -rf $(B) peermesh

include tests/rules.mk
-include $(shell find $(B) -name '*.d' 2>/dev/null)
.PHONY: FORCE all deps demo install install-wireshark dictionary clean
