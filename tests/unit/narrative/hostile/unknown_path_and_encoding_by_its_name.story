# The encoding is named in words, and is ours; the path is not. framing.md 9
# rules: FR-9-1
peers a
puppet x
rules maintenance=0
show tcp framing
from 1s
at 0 a starts
at 1s x connects a
at 1.1s x writes a octets 00 01 00 01 02 02 11 'net.tcp://h:9/pqr' 04 1E 'application/soap+msbinsession1' 0C
at 3s end
---
[   1000ms] x ! connects a
[   1100ms] x ! writes a octets 00 01 00 01 02 02 11 'net.tcp://h:9/pqr' 04 1E 'application/soap+msbinsession1' 0C
[   1110ms] a > sends fault EndpointNotFound to x
[   1110ms] a > closes the connection to x
[   1110ms] a : x: framing that cannot be served
[   1120ms] x : the connection from a has ended
