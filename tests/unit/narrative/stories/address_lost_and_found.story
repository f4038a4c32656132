# No address is left: Unregister. There is one again: Register, and on with refreshing. Both times the neighbors are pinged.
# peer-channel.md 8.3
# rules: PC-8.3-2
resolver
service lifetime=20s
peers a b
rules maintenance=0
from 5s
at 0 a,b starts
at 1s a dials b
at 6s a moves none
at 40s a moves 10.0.0.2
at 70s end
---
[   6000ms] a ! moves none
[  11.000s] a > sends Ping to b
[  11.020s] a > sends Unregister to resolver
[  11.030s] resolver > sends UnregisterResponse to a
[  11.040s] a > sends End to resolver
[  11.050s] resolver > sends End to a
[  20.100s] b > sends Refresh to resolver
[  20.110s] resolver > sends RefreshResponse(Success) to b
[  20.120s] b > sends End to resolver
[  20.130s] resolver > sends End to b
[  40.000s] a ! moves 10.0.0.2
[  40.160s] b > sends Refresh to resolver
[  40.170s] resolver > sends RefreshResponse(Success) to b
[  40.180s] b > sends End to resolver
[  40.190s] resolver > sends End to b
[  45.000s] a > sends Ping to b
[  45.020s] a > sends Register to resolver
[  45.030s] resolver > sends RegisterResponse(20 s) to a
[  45.040s] a > sends End to resolver
[  45.050s] resolver > sends End to a
[  60.220s] b > sends Refresh to resolver
[  60.230s] resolver > sends RefreshResponse(Success) to b
[  60.240s] b > sends End to resolver
[  60.250s] resolver > sends End to b
[  65.080s] a > sends Refresh to resolver
[  65.090s] resolver > sends RefreshResponse(Success) to a
[  65.100s] a > sends End to resolver
[  65.110s] resolver > sends End to a
