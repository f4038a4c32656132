/* The benchmark's null protocol is a subject and a tool of these tests, too. */
#include "tests/bench/null.c"
