# A Disconnect ends the link and leaves its referrals in the cache. peer-channel.md 9.2, 11.5
# rules: PC-9.3-4
peers a b
puppet x
rules maintenance=0
from 5s
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 5s x writes a disconnect NotUsefulNeighbor referrals=b
at 5.1s x writes a end
at 6s end
---
[   5000ms] x ! writes a disconnect NotUsefulNeighbor referrals=b
[   5010ms] a : link from x is Disconnected (NotUsefulNeighbor)
[   5010ms] a : keeps 1 of 1 referral
[   5010ms] a > sends End to x
[   5100ms] x ! writes a end
[   5110ms] a : link from x is Closed (NotUsefulNeighbor)
[   5110ms] a : is offline
