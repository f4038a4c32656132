# A Connect without any address. peer-channel.md 10.2 step 3
# rules: PC-10.2-2
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect address=no-ip
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1110ms] a > sends Ack to x
[   1200ms] x ! writes a connect address=no-ip
[   1210ms] a : x: Connect: invalid address
[   1210ms] a > resets the connection to x
[   1210ms] a : link from x is Closed
[   1220ms] x : the connection from a is reset
