# net refreshes when the lifetime is over, profile at 80 % of it. peer-channel.md 18.5; observed.md 9.3
# rules: PC-18.5-2
resolver
peers a b
service lifetime=20s cleanup=60s
dialect b profile
rules maintenance=0
hide end
at 0 a,b starts
at 41s end
---
[      0ms] a ! starts
[      0ms] b ! starts
[     40ms] a > sends Register to resolver
[     40ms] b > sends GetServiceSettings to resolver
[     40ms] b > sends Register to resolver
[     50ms] resolver > sends RegisterResponse(20 s) to a
[     50ms] resolver > sends GetServiceSettingsResponse(share referrals) to b
[     50ms] resolver > sends RegisterResponse(20 s) to b
[     80ms] a : is open
[     80ms] b : is open
[  16.100s] b > sends Refresh to resolver
[  16.110s] resolver > sends RefreshResponse(Success) to b
[  20.100s] a > sends Refresh to resolver
[  20.110s] resolver > sends RefreshResponse(Success) to a
[  32.160s] b > sends Refresh to resolver
[  32.170s] resolver > sends RefreshResponse(Success) to b
[  40.160s] a > sends Refresh to resolver
[  40.170s] resolver > sends RefreshResponse(Success) to a
