# One address: the joiner dials it, its Welcome names nobody; Register waits for the first neighbor. a asks for the referral
# policy before its first Welcome, b between its first Welcome and Connected. peer-channel.md 8.1, 10.7; observed.md 4
# rules: PC-8.1-3 PC-9.2-1 PC-10.7-1 FR-5-1
resolver
peers a b
show tcp framing
from 1s
at 0 a starts
at 1s b starts
at 2s end
---
[   1000ms] b ! starts
[   1000ms] b : begins the initial cycle, 0 neighbors
[   1000ms] b > dials resolver
[   1020ms] b > sends a preamble to resolver
[   1030ms] resolver > sends Ack to b
[   1040ms] b > sends Resolve(3) to resolver
[   1050ms] resolver > sends ResolveResponse to b with 1 address: a
[   1060ms] b > sends End to resolver
[   1070ms] resolver > sends End to b
[   1080ms] b : resolved 1 address, 1 usable
[   1080ms] b > dials a
[   1100ms] b > sends a preamble to a
[   1110ms] a > sends Ack to b
[   1120ms] b > sends Connect to a
[   1130ms] a > sends a preamble to resolver
[   1140ms] resolver > sends Ack to a
[   1150ms] a > sends GetServiceSettings to resolver
[   1160ms] resolver > sends GetServiceSettingsResponse(share referrals) to a
[   1170ms] a > sends End to resolver
[   1180ms] resolver > sends End to a
[   1190ms] a > sends Welcome to b with 0 referrals
[   1190ms] a : link from b is Connected
[   1190ms] a : is online
[   1200ms] b > sends a preamble to resolver
[   1210ms] resolver > sends Ack to b
[   1220ms] b > sends GetServiceSettings to resolver
[   1230ms] resolver > sends GetServiceSettingsResponse(share referrals) to b
[   1240ms] b > sends End to resolver
[   1250ms] resolver > sends End to b
[   1260ms] b : link to a is Connected
[   1260ms] b : is online
[   1260ms] b > sends a preamble to resolver
[   1260ms] b : ends the cycle, 1 neighbor
[   1270ms] resolver > sends Ack to b
[   1280ms] b > sends Register to resolver
[   1290ms] resolver > sends RegisterResponse(600 s) to b
[   1300ms] b > sends End to resolver
[   1310ms] resolver > sends End to b
[   1320ms] b : is open
