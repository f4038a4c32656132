# An entry in the referral cache keeps the resolver from being asked: c knows d from a's Welcome, and when a is gone it
# dials d without a call. The dead entry is used up by that. peer-channel.md 11.3, 11.5; observed.md 7.4
resolver
peers a b c d
rules ideal_neighbors=2
draw c candidate 0/2 0/1
hide end service
from 29s
at 0 a starts
at 1s b starts
at 2s d starts
at 20s c starts
at 29s c refreshes
at 30s a leaves
at 33s end
---
[  29.000s] c ! refreshes
[  29.000s] c : begins a refresh cycle, 2 neighbors
[  29.060s] c : resolved 2 addresses, 1 usable
[  29.120s] c : resolved 2 addresses, 0 usable
[  29.160s] c > sends Connect to b
[  29.170s] b > sends Welcome to c with 2 referrals: a, d
[  29.170s] b : link from c is Connected
[  29.180s] c : keeps 0 of 2 referrals
[  29.180s] c : link to b is Connected
[  29.180s] c : ends the cycle, 3 neighbors
[  30.000s] a ! leaves
[  30.060s] a : link from b is Closed
[  30.060s] a : link from d is Closed
[  30.060s] a : link from c is Closed
[  30.060s] a : is offline
[  30.060s] a : has left
[  30.070s] b : link to a is Closed
[  30.070s] d : link to a is Closed
[  30.070s] c : link to a is Closed
