# The first cycle of c is refused by a, which is full, and goes on to the neighbor that the Refuse names.
# peer-channel.md 11.5, 11.8; observed.md 4, 6.1
# rules: PC-11.5-3
resolver
peers a b c d
rules a max_neighbors=1 ideal_neighbors=1 min_neighbors=1
draw resolver sample 0/4 0/4 0/4
hide service end
from 5s
at 0 a starts
at 1s b starts
at 2s d starts
at 5s c starts
at 6s end
---
[   5000ms] c ! starts
[   5000ms] c : begins the initial cycle, 0 neighbors
[   5080ms] c : resolved 3 addresses, 3 usable
[   5120ms] c > sends Connect to a
[   5120ms] c > sends Connect to d
[   5130ms] a : link from c is Disconnecting (NodeBusy)
[   5130ms] a > sends Refuse(NodeBusy) to c with 1 referral: b
[   5130ms] d > sends Welcome to c with 1 referral: b
[   5130ms] d : link from c is Connected
[   5140ms] c : link to a is Disconnected (NodeBusy)
[   5200ms] c : keeps 1 of 1 referral
[   5200ms] c : link to a is Closed (NodeBusy)
[   5210ms] a : link from c is Closed (NodeBusy)
[   5220ms] c : keeps 1 of 1 referral
[   5220ms] c : link to d is Connected
[   5220ms] c : is online
[   5240ms] c > sends Connect to b
[   5250ms] b > sends Welcome to c with 2 referrals: a, d
[   5250ms] b : link from c is Connected
[   5260ms] c : keeps 2 of 2 referrals
[   5260ms] c : link to b is Connected
[   5260ms] c : ends the cycle, 2 neighbors
[   5280ms] c : is open
