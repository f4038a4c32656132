# Targets around the tests. One Criterion program for each folder below tests/unit.
$(B)/.packages:
	@mkdir -p $(B)
	@for p in pkg-config $(PKGS); do \
	   test $$p = pkg-config && { command -v pkg-config >/dev/null || { echo "pkg-config is missing: run 'make deps'" >&2; exit 2; }; continue; }; \
	   pkg-config --exists $$p || { echo "$$p is missing: run 'make deps'" >&2; exit 2; }; done
	@touch $@

.SECONDEXPANSION:
$(B)/tests/%: $$(patsubst %.c,$(B)/%.o,$$(wildcard tests/unit/$$*/*.c)) $(LIBS)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcriterion $(LDLIBS)
