# A report that cannot be true ends the link without a word. [MC-PRCH] 3.1.5.6.1.1; peer-channel.md 12.4
# rules: PC-12.4-3
peers a
puppet x
dialect spec
rules maintenance=0
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 2s x writes a utility 1 1
at 3s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1200ms] x ! writes a connect
[   1210ms] a > sends Welcome to x with 0 referrals
[   1210ms] a : link from x is Connected
[   1210ms] a : is online
[   2000ms] x ! writes a utility 1 1
[   2010ms] a : x: LinkUtility: totals that cannot be
[   2010ms] a : link from x is Closed
[   2010ms] a : is offline
