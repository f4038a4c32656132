# 2,000,000,000 addresses are asked for: what there is comes back. peer-channel.md 18.4
# rules: LIM-6
resolver
puppet x
at 1s x connects resolver
at 1.1s x writes resolver preamble
at 2s x writes resolver register
at 3s x writes resolver resolve max=2000000000
at 4s x writes resolver resolve max=-5
at 9s end
---
[   1000ms] x ! connects resolver
[   1100ms] x ! writes resolver preamble
[   2000ms] x ! writes resolver register
[   2010ms] resolver > sends RegisterResponse(600 s) to x
[   3000ms] x ! writes resolver resolve max=2000000000
[   3010ms] resolver > sends ResolveResponse to x with 1 address: x
[   4000ms] x ! writes resolver resolve max=-5
[   4010ms] resolver > sends ResolveResponse to x with 0 addresses
