# NodeBusy comes before the address is looked at; a node with room aborts on the same Connect. peer-channel.md 10.2 step 2
# rules: PC-10.2-1
peers a b
puppet x
rules maintenance=0
rules a max_neighbors=1
at 0 a,b starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect address=http://10.0.0.2/x
at 2s b dials a
at 3s x connects a
at 3.1s x writes a preamble
at 3.2s x writes a connect address=http://10.0.0.2/x
at 4s end
---
[      0ms] a ! starts
[      0ms] a : is open
[      0ms] b ! starts
[      0ms] b : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1200ms] x ! writes a connect address=http://10.0.0.2/x
[   1210ms] a : x: Connect: invalid address
[   1210ms] a : link from x is Closed
[   2000ms] b ! dials a
[   2040ms] b > sends Connect to a
[   2050ms] a > sends Welcome to b with 0 referrals
[   2050ms] a : link from b is Connected
[   2050ms] a : is online
[   2060ms] b : link to a is Connected
[   2060ms] b : is online
[   3000ms] x ! connects a
[   3100ms] x ! writes a preamble
[   3200ms] x ! writes a connect address=http://10.0.0.2/x
[   3210ms] a : link from x is Disconnecting (NodeBusy)
[   3210ms] a > sends Refuse(NodeBusy) to x with 1 referral: b
[   3210ms] a > sends End to x
