#!/bin/bash
# Each change of the core that tests/data/mutants.tsv lists is noticed by the test that it names.
exec tests/tools/mutants.sh
