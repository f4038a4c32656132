# A node whose address changes while it leaves has nothing to tell anybody: no timer is left over (8.3).
peers a
resolver
show framing
at 0s a starts
at 5s a moves 10.0.0.77
at 6s a leaves
at 60s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[     20ms] a > sends a preamble to resolver
[     30ms] resolver > sends Ack to a
[     40ms] a > sends Resolve(3) to resolver
[     50ms] resolver > sends ResolveResponse to a with 0 addresses
[     60ms] a > sends End to resolver
[     70ms] resolver > sends End to a
[     80ms] a : resolved 0 addresses, 0 usable
[     80ms] a : ends the cycle, 0 neighbors
[     80ms] a > sends a preamble to resolver
[     90ms] resolver > sends Ack to a
[    100ms] a > sends Register to resolver
[    110ms] resolver > sends RegisterResponse(600 s) to a
[    120ms] a > sends End to resolver
[    130ms] resolver > sends End to a
[    140ms] a : is open
[   5000ms] a ! moves 10.0.0.77
[   6000ms] a ! leaves
[   6000ms] a > sends a preamble to resolver
[   6010ms] resolver > sends Ack to a
[   6020ms] a > sends Unregister to resolver
[   6030ms] resolver > sends UnregisterResponse to a
[   6040ms] a > sends End to resolver
[   6050ms] resolver > sends End to a
[   6060ms] a : has left
