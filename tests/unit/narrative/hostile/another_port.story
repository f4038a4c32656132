# The path is right, the port is not. framing.md 5
# rules: FR-5-3
peers a
puppet x
rules maintenance=0
show tcp framing
from 1s
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble port=9
at 3s end
---
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble port=9
[   1110ms] a > sends fault EndpointNotFound to x
[   1110ms] a > closes the connection to x
[   1110ms] a : x: framing that cannot be served
[   1120ms] x : the connection from a has ended
