# Referrals are the first Connected neighbors in the order in which they became so, not in which they were dialled.
# rules: PC-10.6-1
peers a
puppet x
puppet y
puppet z
rules maintenance=0
from 1s
at 0 a starts
at 1s a dials x
at 1s a dials y
at 1.1s y writes a ack
at 1.2s y writes a welcome
at 1.3s x writes a ack
at 1.4s x writes a welcome
at 2s z connects a
at 2.1s z writes a preamble
at 2.2s z writes a connect
at 3s end
---
[   1000ms] a ! dials x
[   1000ms] a ! dials y
[   1100ms] y ! writes a ack
[   1110ms] a > sends Connect to y
[   1200ms] y ! writes a welcome
[   1210ms] a : link to y is Connected
[   1210ms] a : is online
[   1300ms] x ! writes a ack
[   1310ms] a > sends Connect to x
[   1400ms] x ! writes a welcome
[   1410ms] a : link to x is Connected
[   2000ms] z ! connects a
[   2100ms] z ! writes a preamble
[   2200ms] z ! writes a connect
[   2210ms] a > sends Welcome to z with 2 referrals: y, x
[   2210ms] a : link from z is Connected
