# The acceptor had let the pooled connection go without a word: the preamble is answered by a reset, and a fresh connect to
# the same address follows. observed.md 2.2
# rules: FR-8-3
peers a
puppet x
rules maintenance=0
show tcp framing
from 5s
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a welcome
at 5s x writes a disconnect NotUsefulNeighbor
at 5.1s x writes a end
at 5.995s x resets a
at 6s a dials x
at 7s end
---
[   5000ms] x ! writes a disconnect NotUsefulNeighbor
[   5010ms] a : link to x is Disconnected (NotUsefulNeighbor)
[   5010ms] a > sends End to x
[   5100ms] x ! writes a end
[   5110ms] a : link to x is Closed (NotUsefulNeighbor)
[   5110ms] a : is offline
[   5995ms] x ! resets a
[   6000ms] a ! dials x
[   6000ms] a > sends a preamble to x
[   6005ms] a > dials x
[   6025ms] a > sends a preamble to x
