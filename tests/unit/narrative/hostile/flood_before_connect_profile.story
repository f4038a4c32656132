# The same against the strict node: dropped with its link. peer-channel.md 9.3, 21.1 row 5
# rules: PC-9.3-7
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
dialect a profile
rules maintenance=0
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a flood
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1110ms] a > sends Ack to x
[   1200ms] x ! writes a flood
[   1210ms] a : x: a flood before the link is Connected
[   1210ms] a > resets the connection to x
[   1210ms] a : link from x is Closed
[   1220ms] x : the connection from a is reset
