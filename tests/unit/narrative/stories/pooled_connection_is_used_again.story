# After End from both sides the connection stays: the next session to that peer has a preamble and no TCP connect.
# framing.md 8; observed.md 2.2
# rules: FR-8-2
peers a b
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
at 6s a dials x
at 6.1s x writes a ack
at 6.2s x writes a welcome
at 8s end
---
[   5000ms] x ! writes a disconnect NotUsefulNeighbor
[   5010ms] a : link to x is Disconnected (NotUsefulNeighbor)
[   5010ms] a > sends End to x
[   5100ms] x ! writes a end
[   5110ms] a : link to x is Closed (NotUsefulNeighbor)
[   5110ms] a : is offline
[   6000ms] a ! dials x
[   6000ms] a > sends a preamble to x
[   6100ms] x ! writes a ack
[   6110ms] a > sends Connect to x
[   6200ms] x ! writes a welcome
[   6210ms] a : link to x is Connected
[   6210ms] a : is online
