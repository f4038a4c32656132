# Only EndpointNotFound leads on to the next address of a candidate. peer-channel.md 10.1
# rules: PC-10.1-2
peers a
puppet x
rules maintenance=0
show tcp framing
from 1s
at 0 a starts
at 1s a dials x at 10.0.0.2 10.0.0.99
at 1.1s x writes a framing-fault EndpointNotFounD
at 3s end
---
[   1000ms] a ! dials x at 10.0.0.2 10.0.0.99
[   1000ms] a > dials x
[   1020ms] a > sends a preamble to x
[   1100ms] x ! writes a framing-fault EndpointNotFounD
[   1110ms] a > closes the connection to x
[   1110ms] a : x cannot be reached
[   1120ms] x : the connection from a has ended
