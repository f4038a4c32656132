# The Connect waits for room and then goes: nothing of that counts as a send of a neighbor.
peers a
puppet x
rules maintenance=0
show tcp
from 1s
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.105s a holds x
at 1.2s a releases x
at 1.3s x writes a welcome
at 90s end
---
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1100ms] x ! writes a ack
[   1105ms] a ! holds x
[   1110ms] a > sends Connect to x
[   1200ms] a ! releases x
[   1300ms] x ! writes a welcome
[   1310ms] a : link to x is Connected
[   1310ms] a : is online
