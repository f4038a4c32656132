# The first peer of a mesh finds nobody, registers, asks again ten seconds after its first cycle, then every five minutes.
# peer-channel.md 8.1, 11.3; observed.md 7.1, 7.2
# rules: PC-8.1-4 PC-11.3-1 PC-11.3-2 PC-18.1-1 PC-18.5-1
resolver
peers a
at 0 a starts
at 320s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[     40ms] a > sends Resolve(3) to resolver
[     50ms] resolver > sends ResolveResponse to a with 0 addresses
[     60ms] a > sends End to resolver
[     70ms] resolver > sends End to a
[     80ms] a : resolved 0 addresses, 0 usable
[     80ms] a : ends the cycle, 0 neighbors
[    100ms] a > sends Register to resolver
[    110ms] resolver > sends RegisterResponse(600 s) to a
[    120ms] a > sends End to resolver
[    130ms] resolver > sends End to a
[    140ms] a : is open
[  10.080s] a : begins a maintenance cycle, 0 neighbors
[  10.100s] a > sends Resolve(3) to resolver
[  10.110s] resolver > sends ResolveResponse to a with 1 address: a
[  10.120s] a > sends End to resolver
[  10.130s] resolver > sends End to a
[  10.140s] a : resolved 1 address, 0 usable
[  10.160s] a > sends Resolve(3) to resolver
[  10.170s] resolver > sends ResolveResponse to a with 1 address: a
[  10.180s] a > sends End to resolver
[  10.190s] resolver > sends End to a
[  10.200s] a : resolved 1 address, 0 usable
[  10.200s] a : ends the cycle, 0 neighbors
[ 310.200s] a : begins a maintenance cycle, 0 neighbors
[ 310.240s] a > sends Resolve(3) to resolver
[ 310.250s] resolver > sends ResolveResponse to a with 1 address: a
[ 310.260s] a > sends End to resolver
[ 310.270s] resolver > sends End to a
[ 310.280s] a : resolved 1 address, 0 usable
[ 310.300s] a > sends Resolve(3) to resolver
[ 310.310s] resolver > sends ResolveResponse to a with 1 address: a
[ 310.320s] a > sends End to resolver
[ 310.330s] resolver > sends End to a
[ 310.340s] a : resolved 1 address, 0 usable
[ 310.340s] a : ends the cycle, 0 neighbors
