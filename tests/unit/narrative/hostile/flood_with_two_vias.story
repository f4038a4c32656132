# PeerVia twice: no flood, whatever the rest says. peer-channel.md 13.3
# rules: PC-13.3-2
peers a
puppet x
rules maintenance=0
from 1s
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 2s x writes a flood broken=twice
at 3s end
---
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1200ms] x ! writes a connect
[   1210ms] a > sends Welcome to x with 0 referrals
[   1210ms] a : link from x is Connected
[   1210ms] a : is online
[   2000ms] x ! writes a flood broken=twice
[   2010ms] a : x: flood: a header occurs twice
[   2010ms] a : link from x is Closed
[   2010ms] a : is offline
