# The first connection to a neighbor is reset before the Ack: that is no pooled one that was gone, and is not dialled anew.
peers a
puppet x
rules maintenance=0
show tcp framing
from 1s
at 0 a starts
at 1s a dials x
at 1.1s x resets a
at 3s end
---
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1020ms] a > sends a preamble to x
[   1100ms] x ! resets a
