# Profile asks for the referral policy at open, in parallel with the first Resolve: the joiner's link waits for nothing.
# peer-channel.md 10.7
# rules: PC-10.7-2
resolver
peers a b
dialect profile
hide end
at 0 a starts
at 1s b starts
at 2s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[     40ms] a > sends GetServiceSettings to resolver
[     40ms] a > sends Resolve(3) to resolver
[     50ms] resolver > sends GetServiceSettingsResponse(share referrals) to a
[     50ms] resolver > sends ResolveResponse to a with 0 addresses
[     80ms] a : resolved 0 addresses, 0 usable
[     80ms] a : ends the cycle, 0 neighbors
[    100ms] a > sends Register to resolver
[    110ms] resolver > sends RegisterResponse(600 s) to a
[    140ms] a : is open
[   1000ms] b ! starts
[   1000ms] b : begins the initial cycle, 0 neighbors
[   1040ms] b > sends GetServiceSettings to resolver
[   1040ms] b > sends Resolve(3) to resolver
[   1050ms] resolver > sends GetServiceSettingsResponse(share referrals) to b
[   1050ms] resolver > sends ResolveResponse to b with 1 address: a
[   1080ms] b : resolved 1 address, 1 usable
[   1120ms] b > sends Connect to a
[   1130ms] a > sends Welcome to b with 0 referrals
[   1130ms] a : link from b is Connected
[   1130ms] a : is online
[   1140ms] b : link to a is Connected
[   1140ms] b : is online
[   1140ms] b : ends the cycle, 1 neighbor
[   1160ms] b > sends Register to resolver
[   1170ms] resolver > sends RegisterResponse(600 s) to b
[   1200ms] b : is open
