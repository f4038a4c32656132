# The resolver accepts and never answers. After a Resolve time-out a .NET client is off for good: no Register, no Refresh,
# nothing. Profile: an empty list, and asked again. peer-channel.md 18.5
# rules: PC-18.5-5
puppet resolver
peers a
dialect profile
rules call_timeout=5s
show tcp framing
at 0 a starts
at 40s end
---
[      0ms] a ! starts
[      0ms] a > dials resolver
[      0ms] a : begins the initial cycle, 0 neighbors
[      0ms] a > dials resolver
[     20ms] a > sends a preamble to resolver
[     20ms] a > sends a preamble to resolver
[   5000ms] a > resets the connection to resolver
[   5000ms] a : GetServiceSettings has failed
[   5000ms] a > resets the connection to resolver
[   5000ms] a : Resolve has failed
[   5000ms] a : resolved 0 addresses, 0 usable
[   5000ms] a : ends the cycle, 0 neighbors
[   5000ms] a > dials resolver
[   5010ms] resolver : the connection from a is reset
[   5010ms] resolver : the connection from a is reset
[   5020ms] a > sends a preamble to resolver
[  10.000s] a > resets the connection to resolver
[  10.000s] a : Register has failed
[  10.000s] a : is open
[  10.010s] resolver : the connection from a is reset
[  15.000s] a : begins a maintenance cycle, 0 neighbors
[  15.000s] a > dials resolver
[  15.020s] a > sends a preamble to resolver
[  20.000s] a > dials resolver
[  20.000s] a > resets the connection to resolver
[  20.000s] a : Resolve has failed
[  20.000s] a : resolved 0 addresses, 0 usable
[  20.000s] a > dials resolver
[  20.010s] resolver : the connection from a is reset
[  20.020s] a > sends a preamble to resolver
[  20.020s] a > sends a preamble to resolver
[  25.000s] a > resets the connection to resolver
[  25.000s] a : Register has failed
[  25.000s] a > resets the connection to resolver
[  25.000s] a : Resolve has failed
[  25.000s] a : resolved 0 addresses, 0 usable
[  25.000s] a : ends the cycle, 0 neighbors
[  25.010s] resolver : the connection from a is reset
[  25.010s] resolver : the connection from a is reset
[  35.000s] a > dials resolver
[  35.020s] a > sends a preamble to resolver
[  40.000s] a > resets the connection to resolver
[  40.000s] a : Register has failed
