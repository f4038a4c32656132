# The cache holds one entry, and nobody listens there. net: the resolver is not asked in that cycle; spec: it is, when the
# candidates are used up. peer-channel.md 11.3, 11.6, 21.1 row 16; observed.md 7.4
# rules: PC-11.3-5
resolver
peers a b
puppet x
dialect a spec
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
[  15.170s] a > sends Resolve(5) to resolver
[  15.180s] resolver > sends ResolveResponse to a with 2 addresses: a, b
[  15.190s] a > sends End to resolver
[  15.200s] resolver > sends End to a
[  15.210s] a : resolved 2 addresses, 1 usable
[  15.250s] a > sends Connect to b
[  15.280s] b > sends GetServiceSettings to resolver
[  15.290s] resolver > sends GetServiceSettingsResponse(share referrals) to b
[  15.300s] b > sends End to resolver
[  15.310s] resolver > sends End to b
[  15.320s] b > sends Welcome to a with 0 referrals
[  15.320s] b : link from a is Connected
[  15.320s] b : is online
[  15.330s] a : link to b is Connected
[  15.330s] a : is online
[  15.370s] a > sends Resolve(5) to resolver
[  15.380s] resolver > sends ResolveResponse to a with 2 addresses: a, b
[  15.390s] a > sends End to resolver
[  15.400s] resolver > sends End to a
[  15.410s] a : resolved 2 addresses, 0 usable
[  15.410s] a : ends the cycle, 1 neighbor
