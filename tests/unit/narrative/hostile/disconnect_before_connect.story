# Disconnect before Connect. peer-channel.md 9.3
# rules: PC-9.3-4
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a disconnect LeavingMesh
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1110ms] a > sends Ack to x
[   1200ms] x ! writes a disconnect LeavingMesh
[   1210ms] a : x: a message that is not allowed in this state
[   1210ms] a > resets the connection to x
[   1210ms] a : link from x is Closed
[   1220ms] x : the connection from a is reset
