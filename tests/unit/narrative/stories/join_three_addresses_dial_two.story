# Three addresses: two are dialled at once, chosen at random; the third is not needed. peer-channel.md 11.3; observed.md 4
# rules: PC-11.3-1 PC-11.8-1
resolver
peers a b c d
draw d candidate 2/3 0/2
show tcp
hide end
from 5s
at 0 a starts
at 1s b starts
at 2s c starts
at 5s d starts
at 6s end
---
[   5000ms] d ! starts
[   5000ms] d : begins the initial cycle, 0 neighbors
[   5000ms] d > dials resolver
[   5040ms] d > sends Resolve(3) to resolver
[   5050ms] resolver > sends ResolveResponse to d with 3 addresses: a, b, c
[   5080ms] d : resolved 3 addresses, 3 usable
[   5080ms] d > dials c
[   5080ms] d > dials a
[   5120ms] d > sends Connect to c
[   5120ms] d > sends Connect to a
[   5130ms] c > sends Welcome to d with 2 referrals: a, b
[   5130ms] c : link from d is Connected
[   5130ms] a > sends Welcome to d with 2 referrals: b, c
[   5130ms] a : link from d is Connected
[   5140ms] d > dials resolver
[   5160ms] d > sends GetServiceSettings to resolver
[   5170ms] resolver > sends GetServiceSettingsResponse(share referrals) to d
[   5180ms] d > sends GetServiceSettings to resolver
[   5190ms] resolver > sends GetServiceSettingsResponse(share referrals) to d
[   5200ms] d : keeps 2 of 2 referrals
[   5200ms] d : link to c is Connected
[   5200ms] d : is online
[   5220ms] d : keeps 1 of 2 referrals
[   5220ms] d : link to a is Connected
[   5220ms] d : ends the cycle, 2 neighbors
[   5220ms] d > sends Register to resolver
[   5230ms] resolver > sends RegisterResponse(600 s) to d
[   5260ms] d : is open
