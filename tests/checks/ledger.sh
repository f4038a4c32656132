#!/bin/bash
# Every rule of tests/data/ledger.tsv stands in code and test, and the other way round.
exec tests/tools/ledger.sh --quiet
