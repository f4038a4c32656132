# Nobody listens at the resolver's address: a communication error, an empty list; asked again after ten seconds.
# peer-channel.md 18.5
# rules: PC-18.5-4
resolver
peers a
rules open_fails_with_resolver=0
show tcp
at 0 resolver dies
at 1s a starts
at 12s end
---
[      0ms] resolver ! dies
[   1000ms] a ! starts
[   1000ms] a : begins the initial cycle, 0 neighbors
[   1000ms] a > dials resolver
[   1020ms] a : Resolve has failed
[   1020ms] a : resolved 0 addresses, 0 usable
[   1020ms] a : ends the cycle, 0 neighbors
[   1020ms] a > dials resolver
[   1040ms] a : Register has failed
[   1040ms] a : is open
[  11.020s] a : begins a maintenance cycle, 0 neighbors
[  11.020s] a > dials resolver
[  11.040s] a : Resolve has failed
[  11.040s] a : resolved 0 addresses, 0 usable
[  11.040s] a > dials resolver
[  11.040s] a > dials resolver
[  11.060s] a : Resolve has failed
[  11.060s] a : resolved 0 addresses, 0 usable
[  11.060s] a : ends the cycle, 0 neighbors
[  11.060s] a : Register has failed
