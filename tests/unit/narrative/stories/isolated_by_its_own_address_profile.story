# Profile does not cache its own address: the resolver is asked as ever. peer-channel.md 11.6, 24
# rules: PC-11.6-1
resolver
peers a b
puppet x
dialect profile
rules first_retry=20s maintenance_interval=30s
hide end
from 5s
at 0 a starts
at 2s x connects a
at 2.1s x writes a preamble
at 2.2s x writes a connect
at 5s x writes a disconnect DuplicateNeighbor referrals=a
at 5.1s x writes a end
at 70s end
---
[   5000ms] x ! writes a disconnect DuplicateNeighbor referrals=a
[   5010ms] a : link from x is Disconnected (DuplicateNeighbor)
[   5010ms] a : keeps 0 of 1 referral
[   5100ms] x ! writes a end
[   5110ms] a : link from x is Closed (DuplicateNeighbor)
[   5110ms] a : is offline
[   5110ms] a : begins a maintenance cycle, 0 neighbors
[   5130ms] a > sends Resolve(3) to resolver
[   5140ms] resolver > sends ResolveResponse to a with 1 address: a
[   5170ms] a : resolved 1 address, 0 usable
[   5190ms] a > sends Resolve(3) to resolver
[   5200ms] resolver > sends ResolveResponse to a with 1 address: a
[   5230ms] a : resolved 1 address, 0 usable
[   5230ms] a : ends the cycle, 0 neighbors
[  35.230s] a : begins a maintenance cycle, 0 neighbors
[  35.250s] a > sends Resolve(3) to resolver
[  35.260s] resolver > sends ResolveResponse to a with 1 address: a
[  35.290s] a : resolved 1 address, 0 usable
[  35.310s] a > sends Resolve(3) to resolver
[  35.320s] resolver > sends ResolveResponse to a with 1 address: a
[  35.350s] a : resolved 1 address, 0 usable
[  35.350s] a : ends the cycle, 0 neighbors
[  65.350s] a : begins a maintenance cycle, 0 neighbors
[  65.370s] a > sends Resolve(3) to resolver
[  65.380s] resolver > sends ResolveResponse to a with 1 address: a
[  65.410s] a : resolved 1 address, 0 usable
[  65.430s] a > sends Resolve(3) to resolver
[  65.440s] resolver > sends ResolveResponse to a with 1 address: a
[  65.470s] a : resolved 1 address, 0 usable
[  65.470s] a : ends the cycle, 0 neighbors
