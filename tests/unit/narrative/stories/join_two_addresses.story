# Two addresses: both are dialled in parallel. The second Welcome comes while the policy is still being asked: a call for
# each waiting handshake, on connections of their own. peer-channel.md 11.3, 18.6; observed.md 4
# rules: PC-10.2-6
resolver
peers a b c
show tcp
hide end
from 5s
at 0 a starts
at 1s b starts
at 5s c starts
at 6s end
---
[   5000ms] c ! starts
[   5000ms] c : begins the initial cycle, 0 neighbors
[   5000ms] c > dials resolver
[   5040ms] c > sends Resolve(3) to resolver
[   5050ms] resolver > sends ResolveResponse to c with 2 addresses: a, b
[   5080ms] c : resolved 2 addresses, 2 usable
[   5080ms] c > dials a
[   5080ms] c > dials b
[   5120ms] c > sends Connect to a
[   5120ms] c > sends Connect to b
[   5130ms] a > sends Welcome to c with 1 referral: b
[   5130ms] a : link from c is Connected
[   5130ms] b > sends Welcome to c with 1 referral: a
[   5130ms] b : link from c is Connected
[   5140ms] c > dials resolver
[   5160ms] c > sends GetServiceSettings to resolver
[   5170ms] resolver > sends GetServiceSettingsResponse(share referrals) to c
[   5180ms] c > sends GetServiceSettings to resolver
[   5190ms] resolver > sends GetServiceSettingsResponse(share referrals) to c
[   5200ms] c : keeps 1 of 1 referral
[   5200ms] c : link to a is Connected
[   5200ms] c : is online
[   5220ms] c : keeps 1 of 1 referral
[   5220ms] c : link to b is Connected
[   5220ms] c : ends the cycle, 2 neighbors
[   5220ms] c > sends Register to resolver
[   5230ms] resolver > sends RegisterResponse(600 s) to c
[   5260ms] c : is open
