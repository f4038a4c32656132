# A node that has said Disconnect may connect anew at once: a link that is ending is no neighbor. peer-channel.md 10.4
# rules: PC-10.4-1
peers a
puppet x
puppet y
rules maintenance=0
from 1s
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect id=7
at 2s x writes a disconnect LeavingMesh
at 3s y connects a
at 3.1s y writes a preamble
at 3.2s y writes a connect id=7
at 4s end
---
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1200ms] x ! writes a connect id=7
[   1210ms] a > sends Welcome to x with 0 referrals
[   1210ms] a : link from x is Connected
[   1210ms] a : is online
[   2000ms] x ! writes a disconnect LeavingMesh
[   2010ms] a : link from x is Disconnected (LeavingMesh)
[   2010ms] a > sends End to x
[   3000ms] y ! connects a
[   3100ms] y ! writes a preamble
[   3200ms] y ! writes a connect id=7
[   3210ms] a > sends Welcome to y with 0 referrals
[   3210ms] a : link from y is Connected
