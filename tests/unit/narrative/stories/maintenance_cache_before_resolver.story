# An entry in the referral cache keeps the resolver from being asked: x tells of b when it disconnects, and a dials b without
# a call, the five minutes not over. peer-channel.md 11.3, 11.4, 11.5; observed.md 7.4
# rules: PC-11.3-4 PC-11.5-4
resolver
peers a b
puppet x
rules b maintenance=0
from 15s
at 0 a starts
at 13s b starts
at 12s x connects a
at 12.1s x writes a preamble
at 12.2s x writes a connect
at 15s x writes a disconnect NotUsefulNeighbor referrals=b
at 15.1s x writes a end
at 16s end
---
[  15.000s] x ! writes a disconnect NotUsefulNeighbor referrals=b
[  15.010s] a : link from x is Disconnected (NotUsefulNeighbor)
[  15.010s] a : keeps 1 of 1 referral
[  15.010s] a > sends End to x
[  15.100s] x ! writes a end
[  15.110s] a : link from x is Closed (NotUsefulNeighbor)
[  15.110s] a : is offline
[  15.110s] a : begins a maintenance cycle, 0 neighbors
[  15.150s] a > sends Connect to b
[  15.180s] b > sends GetServiceSettings to resolver
[  15.190s] resolver > sends GetServiceSettingsResponse(share referrals) to b
[  15.200s] b > sends End to resolver
[  15.210s] resolver > sends End to b
[  15.220s] b > sends Welcome to a with 0 referrals
[  15.220s] b : link from a is Connected
[  15.220s] b : is online
[  15.230s] a : link to b is Connected
[  15.230s] a : is online
[  15.230s] a : ends the cycle, 1 neighbor
