# RefreshConnection(): no cache, up to two Resolves, one neighbor more. peer-channel.md 11.3
# rules: PC-11.3-7
resolver
peers a b c d
rules c min_neighbors=1
rules d min_neighbors=1
draw c candidate 0/2
draw d candidate 0/3
hide end service
from 20s
at 0 a starts
at 1s b starts
at 2s c starts
at 3s d starts
at 20s d refreshes
at 21s end
---
[  20.000s] d ! refreshes
[  20.000s] d : begins a refresh cycle, 1 neighbor
[  20.060s] d : resolved 2 addresses, 1 usable
[  20.120s] d : resolved 1 address, 1 usable
[  20.160s] d > sends Connect to c
[  20.170s] c > sends Welcome to d with 1 referral: a
[  20.170s] c : link from d is Connected
[  20.180s] d : keeps 1 of 1 referral
[  20.180s] d : link to c is Connected
[  20.180s] d : ends the cycle, 2 neighbors
