# Two connections lie idle: the one to the address that is dialled is used again.
# rules: FR-8-3
peers a
puppet x
puppet y
rules maintenance=0
show tcp framing
from 5s
at 0 a starts
at 1s a dials x
at 1s a dials y
at 1.1s x writes a ack
at 1.2s x writes a welcome
at 1.1s y writes a ack
at 1.2s y writes a welcome
at 2s x writes a disconnect NotUsefulNeighbor
at 2s y writes a disconnect NotUsefulNeighbor
at 2.1s x writes a end
at 2.1s y writes a end
at 5s a dials y
at 5.1s y writes a ack
at 5.2s y writes a welcome
at 6s end
---
[   5000ms] a ! dials y
[   5000ms] a > sends a preamble to y
[   5100ms] y ! writes a ack
[   5110ms] a > sends Connect to y
[   5200ms] y ! writes a welcome
[   5210ms] a : link to y is Connected
[   5210ms] a : is online
