# The encoding by its name, and it is ours: as good as its number. framing.md 5
peers a
puppet x
rules maintenance=0
show tcp framing
from 1s
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble named
at 1.2s x writes a connect
at 3s end
---
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble named
[   1110ms] a > sends Ack to x
[   1200ms] x ! writes a connect
[   1210ms] a > sends Welcome to x with 0 referrals
[   1210ms] a : link from x is Connected
[   1210ms] a : is online
