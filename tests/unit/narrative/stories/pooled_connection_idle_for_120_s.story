# Nobody uses it: closed after two minutes. observed.md 2.2
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
at 130s end
---
[   5000ms] x ! writes a disconnect NotUsefulNeighbor
[   5010ms] a : link to x is Disconnected (NotUsefulNeighbor)
[   5010ms] a > sends End to x
[   5100ms] x ! writes a end
[   5110ms] a : link to x is Closed (NotUsefulNeighbor)
[   5110ms] a : is offline
[ 125.110s] a > closes the connection to x
[ 125.120s] x : the connection from a has ended
