#!/bin/bash
# Report, index and flood page in a real browser: no script error, no request to any network, nothing wider than a phone, dark where it is
# dark, a sheet of paper. What is planted (a script error, a picture from elsewhere, a wide table) is noticed.
cd "$(dirname "$0")/../.." || exit 2
. tests/checks/common.bash

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -z "$browser" ]; then
    echo "SKIP pages are not looked at: no chromium here (apt-get install chromium)"
    exit 0
fi

# Its own requests go nowhere. Options before the page.
look() {
    "$browser" --headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run \
        --host-resolver-rules="MAP * ~NOTFOUND" --user-data-dir="$work/profile" --virtual-time-budget=3000 "$@" 2>"$work/said" </dev/null
}

# page → what its scripts had to complain of
complaints() {
    look --enable-logging=stderr --dump-dom "file://$1" >"$work/dom"
    grep -o 'CONSOLE.*' "$work/said"
}

# page → hosts that it asked, but for those of the browser itself
requests() {
    rm -f "$work/net.json"
    look --log-net-log="$work/net.json" --dump-dom "file://$1" >/dev/null
    [ -s "$work/net.json" ] || echo "no log of the network"
    grep -o '"url":"\(http\|https\|ws\|wss\|ftp\)://[^/"]*' "$work/net.json" | grep -v '//\([a-z0-9.-]*\.\)\?\(google\|googleapis\|gstatic\|gvt1\)\.com' | sort -u
}

# page, width, options → what a script that is added to it says: "narrow" or "wide", and its background
measure() {
    local page=$1 width=$2 copy=$work/measured.html
    shift 2
    sed 's#</body>#<script>document.body.dataset.is=(document.documentElement.scrollWidth>innerWidth?"wide":"narrow")+" "+getComputedStyle(document.body).backgroundColor</script></body>#' "$page" >"$copy"
    look --window-size="$width",1200 "$@" --dump-dom "file://$copy" | grep -o 'data-is="[^"]*"' | cut -d'"' -f2
}

for name in village other; do
    quietly "$program" run scenarios/tutorial/disaster_warning.lua --set homes=60 --seed "${#name}" --out "$work/$name"
done
quietly "$program" report --index "$work/index.html" "$work/village" "$work/other"
[ "$code" = 0 ] || fail "a report is made" cat "$work/err"
grep -q 'href="flood.html"' "$work/village/report.html" && ok "the report links the flood" || fail "the report links the flood"
grep -q 'href="village/report.html"' "$work/index.html" && ok "the index links the reports" || fail "the index links the reports"

for page in "$work/village/report.html" "$work/index.html" "$work/village/flood.html"; do
    what=$(basename "$page")
    said=$(complaints "$page")
    [ -z "$said" ] && ok "$what: no script error" || fail "$what: $said"
    asked=$(requests "$page")
    [ -z "$asked" ] && ok "$what: no request to the network" || fail "$what asked $asked"
    wide=$(measure "$page" 390)
    [[ $wide == narrow* ]] && ok "$what: fits a phone" || fail "$what: at 390 pixels it is '$wide'"
    light=$(measure "$page" 1200) dark=$(measure "$page" 1200 --force-dark-mode --blink-settings=preferredColorScheme=0)
    [ "$light" = "narrow rgb(255, 255, 255)" ] && [[ $dark == narrow* ]] && [ "$dark" != "$light" ] && ok "$what: light and dark" || fail "$what: light '$light', dark '$dark'"
    look --print-to-pdf="$work/page.pdf" "file://$page"
    [ "$(head -c 5 "$work/page.pdf" 2>/dev/null)" = "%PDF-" ] && ok "$what: can be printed" || fail "$what: no PDF"
    rm -f "$work/page.pdf"
done
complaints "$work/village/flood.html" >/dev/null
grep -q 'id="have">[1-9]' "$work/dom" && grep -q '<figcaption>all that it reaches' "$work/dom" && ok "the flood is drawn by its script" || fail "the flood is drawn by its script"

# planted
sed 's#</body>#<script>nosuch()</script></body>#' "$work/village/flood.html" >"$work/bad.html"
[ -n "$(complaints "$work/bad.html")" ] && ok "a script error is noticed" || fail "a script error is noticed"
sed 's#</body>#<img src="http://peermesh.invalid/x.png"></body>#' "$work/village/report.html" >"$work/bad.html"
[ -n "$(requests "$work/bad.html")" ] && ok "a picture from elsewhere is noticed" || fail "a picture from elsewhere is noticed"
sed 's#</body>#<div style="width:50rem">x</div></body>#' "$work/index.html" >"$work/bad.html"
[[ $(measure "$work/bad.html" 390) == wide* ]] && ok "what is too wide is noticed" || fail "what is too wide is noticed"
finish
