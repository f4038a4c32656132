# The same service path twice: a fault. Unknown registrations: NotFound, or a fault. The session goes on. peer-channel.md 18.4
# rules: PC-18.4-1
resolver
puppet x
at 1s x connects resolver
at 1.1s x writes resolver preamble
at 2s x writes resolver register
at 3s x writes resolver register
at 4s x writes resolver resolve
at 5s x writes resolver refresh
at 6s x writes resolver unregister
at 7s x writes resolver refresh id=00000000-0000-0000-0000-000000000000
at 8s x writes resolver resolve max=0
at 9s end
---
[   1000ms] x ! connects resolver
[   1100ms] x ! writes resolver preamble
[   2000ms] x ! writes resolver register
[   2010ms] resolver > sends RegisterResponse(600 s) to x
[   3000ms] x ! writes resolver register
[   3010ms] resolver > sends Fault(a:InternalServiceFault) to x
[   4000ms] x ! writes resolver resolve
[   4010ms] resolver > sends ResolveResponse to x with 1 address: x
[   5000ms] x ! writes resolver refresh
[   5010ms] resolver > sends RefreshResponse(RegistrationNotFound) to x
[   6000ms] x ! writes resolver unregister
[   6010ms] resolver > sends Fault(a:InternalServiceFault) to x
[   7000ms] x ! writes resolver refresh id=00000000-0000-0000-0000-000000000000
[   7010ms] resolver > sends Fault(a:InternalServiceFault) to x
[   8000ms] x ! writes resolver resolve max=0
[   8010ms] resolver > sends ResolveResponse to x with 0 addresses
