# A framing fault instead of the Ack. framing.md 9
# rules: PC-10.1-2 FR-9-3
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s a dials x
at 1.1s x writes a framing-fault ServerTooBusy
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1020ms] a > sends a preamble to x
[   1100ms] x ! writes a framing-fault ServerTooBusy
[   1110ms] a > closes the connection to x
[   1110ms] a : x cannot be reached
[   1120ms] x : the connection from a has ended
