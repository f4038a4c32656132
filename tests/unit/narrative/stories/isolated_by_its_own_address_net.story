# .NET's flaw: after a crossing Disconnect a holds its own address in the cache, so the cache is never empty and the resolver is
# never asked again. peer-channel.md 11.6
# rules: PC-11.6-1
resolver
peers a b
puppet x
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
[   5010ms] a : keeps 1 of 1 referral
[   5100ms] x ! writes a end
[   5110ms] a : link from x is Closed (DuplicateNeighbor)
[   5110ms] a : is offline
[   5110ms] a : begins a maintenance cycle, 0 neighbors
[   5110ms] a : ends the cycle, 0 neighbors
[  35.110s] a : begins a maintenance cycle, 0 neighbors
[  35.110s] a : ends the cycle, 0 neighbors
[  65.110s] a : begins a maintenance cycle, 0 neighbors
[  65.110s] a : ends the cycle, 0 neighbors
