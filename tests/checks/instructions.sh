#!/bin/bash
# The delivery path costs what it cost when tests/data/instructions.tsv was written, within 5 %.
command -v valgrind >/dev/null || { echo "skipped: valgrind is not installed (make instructions installs it)"; exit 0; }
[ "${B:-build}" = build ] || { echo "skipped: the figure is that of the plain build"; exit 0; }
exec tests/tools/instructions.sh
