# The same message a hundred times: one delivery, one report for every 32 copies. peer-channel.md 12.4, 13.3 step 6
# rules: PC-13.3-4
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
hide delivery
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 2.1s x writes a flood m=1
at 2.2s x writes a flood m=1
at 2.3s x writes a flood m=1
at 2.4s x writes a flood m=1
at 3s x writes a flood m=2 times=40
at 3.5s x writes a flood m=2 times=40
at 4s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1110ms] a > sends Ack to x
[   1200ms] x ! writes a connect
[   1210ms] a > sends Welcome to x with 0 referrals
[   1210ms] a : link from x is Connected
[   1210ms] a : is online
[   2100ms] x ! writes a flood m=1
[   2200ms] x ! writes a flood m=1
[   2300ms] x ! writes a flood m=1
[   2400ms] x ! writes a flood m=1
[   3000ms] x ! writes a flood m=2 times=40
[   3010ms] a > sends LinkUtility 29/32 to x
[   3500ms] x ! writes a flood m=2 times=40
[   3510ms] a > sends LinkUtility 12/32 to x
