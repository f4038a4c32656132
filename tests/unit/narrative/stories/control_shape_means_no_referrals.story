# ControlMeshShape true: the service wants control, so no referral is sent or kept. peer-channel.md 18.6; observed.md 6.2
# rules: PC-10.6-2 PC-18.4-6 PC-18.6-1
resolver
service control_shape
peers a b c
rules maintenance=0
from 1s
hide end
at 0 a,b,c starts
at 1s b dials a
at 2s c dials a
at 3s end
---
[   1000ms] b ! dials a
[   1040ms] b > sends Connect to a
[   1070ms] a > sends GetServiceSettings to resolver
[   1080ms] resolver > sends GetServiceSettingsResponse(no referrals) to a
[   1110ms] a > sends Welcome to b with 0 referrals
[   1110ms] a : link from b is Connected
[   1110ms] a : is online
[   1140ms] b > sends GetServiceSettings to resolver
[   1150ms] resolver > sends GetServiceSettingsResponse(no referrals) to b
[   1180ms] b : link to a is Connected
[   1180ms] b : is online
[   2000ms] c ! dials a
[   2040ms] c > sends Connect to a
[   2050ms] a > sends Welcome to c with 0 referrals
[   2050ms] a : link from c is Connected
[   2080ms] c > sends GetServiceSettings to resolver
[   2090ms] resolver > sends GetServiceSettingsResponse(no referrals) to c
[   2120ms] c : link to a is Connected
[   2120ms] c : is online
