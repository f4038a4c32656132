# Neighbor messages are nothing for the service: a fault. peer-channel.md 18.4
# rules: PC-18.4-9
resolver
puppet x
at 1s x connects resolver
at 1.1s x writes resolver preamble
at 2s x writes resolver connect
at 3s x writes resolver ping
at 4s x writes resolver get-settings
at 9s end
---
[   1000ms] x ! connects resolver
[   1100ms] x ! writes resolver preamble
[   2000ms] x ! writes resolver connect
[   2010ms] resolver > sends Fault(a:ActionNotSupported) to x
[   3000ms] x ! writes resolver ping
[   3010ms] resolver > sends Fault(a:ActionNotSupported) to x
[   4000ms] x ! writes resolver get-settings
[   4010ms] resolver > sends GetServiceSettingsResponse(share referrals) to x
