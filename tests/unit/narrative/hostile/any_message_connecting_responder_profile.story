# A flood on a link that is Connecting at the responder, in a dialect that wants it Connected. peer-channel.md 9.3
peers a
puppet x
dialect profile
rules maintenance=0 pool_connections=0
hide tcp framing script
show end state trouble message delivery
at 0 a starts
at 1000ms x connects a
at 1100ms x writes a preamble
at 1500ms x writes a flood m=1
at 1700ms x resets a
at 2000ms end
---
[      0ms] a : is open
[   1510ms] a : x: a flood before the link is Connected
[   1510ms] a : link from x is Closed
