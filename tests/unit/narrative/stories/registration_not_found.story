# The service has been restarted and knows nobody: RegistrationNotFound, so the client registers anew.
# peer-channel.md 18.4, 18.5
# rules: PC-18.5-3
resolver
peers a
service lifetime=20s
rules maintenance=0
hide end
at 0 a starts
at 10s resolver dies
at 15s resolver starts
at 42s end
---
[      0ms] a ! starts
[     40ms] a > sends Register to resolver
[     50ms] resolver > sends RegisterResponse(20 s) to a
[     80ms] a : is open
[  10.000s] resolver ! dies
[  15.000s] resolver ! starts
[  15.000s] resolver : is open
[  20.120s] a > sends Refresh to resolver
[  20.130s] resolver > sends RefreshResponse(RegistrationNotFound) to a
[  20.180s] a > sends Register to resolver
[  20.190s] resolver > sends RegisterResponse(20 s) to a
[  40.240s] a > sends Refresh to resolver
[  40.250s] resolver > sends RefreshResponse(Success) to a
