# An empty mesh id; an Update of an unknown id is a Register. peer-channel.md 18.4
# rules: PC-18.4-2 PC-18.4-10
resolver
puppet x
at 1s x connects resolver
at 1.1s x writes resolver preamble
at 2s x writes resolver update
at 3s x writes resolver update mesh=
at 4s x writes resolver register mesh=
at 5s x writes resolver resolve mesh=other
at 6s x writes resolver resolve mesh=MESH
at 7s x writes resolver resolve
at 9s end
---
[   1000ms] x ! connects resolver
[   1100ms] x ! writes resolver preamble
[   2000ms] x ! writes resolver update
[   2010ms] resolver > sends UpdateResponse(600 s) to x
[   3000ms] x ! writes resolver update mesh=
[   3010ms] resolver > sends Fault(a:InternalServiceFault) to x
[   4000ms] x ! writes resolver register mesh=
[   4010ms] resolver > sends Fault(a:InternalServiceFault) to x
[   5000ms] x ! writes resolver resolve mesh=other
[   5010ms] resolver > sends ResolveResponse to x with 0 addresses
[   6000ms] x ! writes resolver resolve mesh=MESH
[   6010ms] resolver > sends ResolveResponse to x with 0 addresses
[   7000ms] x ! writes resolver resolve
[   7010ms] resolver > sends ResolveResponse to x with 1 address: x
