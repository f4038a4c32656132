# One cycle at a time: a refresh that finds the initial one running is dropped, not queued. peer-channel.md 11.2
# rules: PC-11.2-1
resolver
peers a
hide service
at 0 a starts
at 30ms a refreshes
at 5s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[     30ms] a ! refreshes
[     60ms] a > sends End to resolver
[     70ms] resolver > sends End to a
[     80ms] a : resolved 0 addresses, 0 usable
[     80ms] a : ends the cycle, 0 neighbors
[    120ms] a > sends End to resolver
[    130ms] resolver > sends End to a
[    140ms] a : is open
