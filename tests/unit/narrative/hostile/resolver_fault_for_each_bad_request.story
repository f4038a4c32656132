# One bad request of each kind, each answered with a fault on a session that goes on: a null body, no mesh, no address, an
# all-zero id, an unknown id, an unknown mesh; an action of no operation. A Refresh of an unknown id is NotFound, no fault. An
# expired entry still blocks its path until the clean-up. peer-channel.md 18.4
# rules: PC-18.4-1 PC-18.4-2 PC-18.4-4 PC-18.4-5 PC-18.4-7 PC-18.4-8
resolver
service lifetime=5s cleanup=20s
puppet x
at 1s x connects resolver
at 1.1s x writes resolver preamble
at 2s x writes resolver register mesh=
at 2.1s x writes resolver register null
at 2.2s x writes resolver register no-address
at 2.3s x writes resolver update mesh=
at 2.4s x writes resolver update null
at 2.5s x writes resolver update no-address
at 2.6s x writes resolver resolve null
at 2.7s x writes resolver refresh mesh=
at 2.8s x writes resolver refresh null
at 2.9s x writes resolver refresh id=00000000-0000-0000-0000-000000000000
at 3s x writes resolver unregister mesh=
at 3.1s x writes resolver unregister null
at 3.2s x writes resolver unregister id=00000000-0000-0000-0000-000000000000
at 3.3s x writes resolver unregister mesh=nowhere
at 3.4s x writes resolver unregister
at 3.5s x writes resolver refresh
at 3.6s x writes resolver ping
at 4s x writes resolver register
at 5s x writes resolver register
at 10s x writes resolver register
at 10.1s x writes resolver resolve
at 21s x writes resolver resolve
at 22s x writes resolver register
at 23s end
---
[   1000ms] x ! connects resolver
[   1100ms] x ! writes resolver preamble
[   2000ms] x ! writes resolver register mesh=
[   2010ms] resolver > sends Fault(a:InternalServiceFault) to x
[   2100ms] x ! writes resolver register null
[   2110ms] resolver > sends Fault(a:InternalServiceFault) to x
[   2200ms] x ! writes resolver register no-address
[   2210ms] resolver > sends Fault(a:InternalServiceFault) to x
[   2300ms] x ! writes resolver update mesh=
[   2310ms] resolver > sends Fault(a:InternalServiceFault) to x
[   2400ms] x ! writes resolver update null
[   2410ms] resolver > sends Fault(a:InternalServiceFault) to x
[   2500ms] x ! writes resolver update no-address
[   2510ms] resolver > sends Fault(a:InternalServiceFault) to x
[   2600ms] x ! writes resolver resolve null
[   2610ms] resolver > sends Fault(a:InternalServiceFault) to x
[   2700ms] x ! writes resolver refresh mesh=
[   2710ms] resolver > sends Fault(a:InternalServiceFault) to x
[   2800ms] x ! writes resolver refresh null
[   2810ms] resolver > sends Fault(a:InternalServiceFault) to x
[   2900ms] x ! writes resolver refresh id=00000000-0000-0000-0000-000000000000
[   2910ms] resolver > sends Fault(a:InternalServiceFault) to x
[   3000ms] x ! writes resolver unregister mesh=
[   3010ms] resolver > sends Fault(a:InternalServiceFault) to x
[   3100ms] x ! writes resolver unregister null
[   3110ms] resolver > sends Fault(a:InternalServiceFault) to x
[   3200ms] x ! writes resolver unregister id=00000000-0000-0000-0000-000000000000
[   3210ms] resolver > sends Fault(a:InternalServiceFault) to x
[   3300ms] x ! writes resolver unregister mesh=nowhere
[   3310ms] resolver > sends Fault(a:InternalServiceFault) to x
[   3400ms] x ! writes resolver unregister
[   3410ms] resolver > sends Fault(a:InternalServiceFault) to x
[   3500ms] x ! writes resolver refresh
[   3510ms] resolver > sends RefreshResponse(RegistrationNotFound) to x
[   3600ms] x ! writes resolver ping
[   3610ms] resolver > sends Fault(a:ActionNotSupported) to x
[   4000ms] x ! writes resolver register
[   4010ms] resolver > sends RegisterResponse(5 s) to x
[   5000ms] x ! writes resolver register
[   5010ms] resolver > sends Fault(a:InternalServiceFault) to x
[  10.000s] x ! writes resolver register
[  10.010s] resolver > sends Fault(a:InternalServiceFault) to x
[  10.100s] x ! writes resolver resolve
[  10.110s] resolver > sends ResolveResponse to x with 1 address: x
[  21.000s] x ! writes resolver resolve
[  21.010s] resolver > sends ResolveResponse to x with 0 addresses
[  22.000s] x ! writes resolver register
[  22.010s] resolver > sends RegisterResponse(5 s) to x
