# A cycle that has its neighbors, and waits only for a dial under way, does not dial referrals that come now. peer-channel.md 11.8
# rules: PC-11.5-3
puppet resolver
peers a
puppet x
puppet y
puppet z
rules referral_policy=1 min_neighbors=1
show tcp
from 300ms
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a resolved addresses=x
at 300ms resolver writes a end
at 350ms y connects a
at 350ms z connects a
at 370ms y writes a preamble
at 370ms z writes a preamble
at 380ms y writes a connect
at 380ms z writes a connect
at 400ms z writes a disconnect LeavingMesh referrals=5
at 1s end
---
[    300ms] resolver ! writes a end
[    310ms] a : resolved 1 address, 1 usable
[    310ms] a > dials x
[    350ms] y ! connects a
[    350ms] z ! connects a
[    370ms] y ! writes a preamble
[    370ms] z ! writes a preamble
[    380ms] y ! writes a connect
[    380ms] z ! writes a connect
[    390ms] a > sends Welcome to y with 0 referrals
[    390ms] a : link from y is Connected
[    390ms] a : is online
[    390ms] a > sends Welcome to z with 1 referral: y
[    390ms] a : link from z is Connected
[    400ms] z ! writes a disconnect LeavingMesh referrals=5
[    410ms] a : link from z is Disconnected (LeavingMesh)
[    410ms] a : keeps 1 of 1 referral
[    410ms] a > sends End to z
