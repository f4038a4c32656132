# A Resolve has timed out while the policy was asked for: the client is off, and an off client shares nothing. peer-channel.md 18.5
# rules: PC-18.5-5
puppet resolver
peers a
puppet x
puppet z
rules open_fails_with_resolver=0
from 99s
at 0 a starts
at 100ms resolver writes a ack
at 98s x connects a
at 99s x writes a preamble
at 100s x writes a connect
at 101s resolver writes a ack
at 130s resolver writes a settings
at 131s resolver writes a end
at 132s z connects a
at 132.1s z writes a preamble
at 132.2s z writes a connect
at 135s end
---
[  99.000s] x ! writes a preamble
[ 100.000s] x ! writes a connect
[ 101.000s] resolver ! writes a ack
[ 101.010s] a > sends GetServiceSettings to resolver
[ 120.000s] a : Resolve has failed
[ 120.000s] a : ends the cycle, 0 neighbors
[ 120.000s] a : is open
[ 130.000s] resolver ! writes a settings
[ 130.000s] a : begins a maintenance cycle, 0 neighbors
[ 130.000s] a : resolved 0 addresses, 0 usable
[ 130.000s] a : resolved 0 addresses, 0 usable
[ 130.000s] a : ends the cycle, 0 neighbors
[ 130.010s] a > sends End to resolver
[ 131.000s] resolver ! writes a end
[ 131.010s] a > sends Welcome to x with 0 referrals
[ 131.010s] a : link from x is Connected
[ 131.010s] a : is online
[ 132.000s] z ! connects a
[ 132.100s] z ! writes a preamble
[ 132.200s] z ! writes a connect
[ 132.210s] a > sends Welcome to z with 0 referrals
[ 132.210s] a : link from z is Connected
