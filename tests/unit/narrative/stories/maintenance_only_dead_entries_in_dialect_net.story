# The cache holds one entry, and nobody listens there. net: the resolver is not asked in that cycle; spec: it is, when the
# candidates are used up. peer-channel.md 11.3, 11.6, 21.1 row 16; observed.md 7.4
# rules: PC-11.3-4
resolver
peers a b
puppet x
dialect a net
rules b maintenance=0
rules a first_retry=1000s
from 15s
at 0 a starts
at 1s b starts
at 12s x connects a
at 12.1s x writes a preamble
at 12.2s x writes a connect
at 15s x writes a disconnect NotUsefulNeighbor referrals=n55
at 15.1s x writes a end
at 16s end
---
[  15.000s] x ! writes a disconnect NotUsefulNeighbor referrals=n55
[  15.010s] a : link from x is Disconnected (NotUsefulNeighbor)
[  15.010s] a : keeps 1 of 1 referral
[  15.010s] a > sends End to x
[  15.100s] x ! writes a end
[  15.110s] a : link from x is Closed (NotUsefulNeighbor)
[  15.110s] a : is offline
[  15.110s] a : begins a maintenance cycle, 0 neighbors
[  15.130s] a : net.tcp://10.0.1.55:50000/PeerChannelEndpoints/n55 cannot be reached
[  15.130s] a : ends the cycle, 0 neighbors
