# Once open, a node asks in a maintenance cycle and gets no answer: a Resolve may take what is left of the cycle's two minutes.
# After the time-out a .NET client is off for good: no Resolve, no Refresh, no Unregister. peer-channel.md 11.1, 18.5
# rules: PC-11.3-9 PC-18.5-5 PC-18.5-6
puppet resolver
peers a
dialect net
show tcp framing
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a resolved addresses=
at 300ms resolver writes a end
at 400ms resolver writes a ack
at 500ms resolver writes a registered lifetime=150s
at 600ms resolver writes a end
at 10.5s resolver writes a ack
at 500s a leaves
at 510s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[      0ms] a > dials resolver
[     20ms] a > sends a preamble to resolver
[    100ms] resolver ! writes a ack
[    110ms] a > sends Resolve(3) to resolver
[    200ms] resolver ! writes a resolved addresses=
[    210ms] a > sends End to resolver
[    300ms] resolver ! writes a end
[    310ms] a : resolved 0 addresses, 0 usable
[    310ms] a : ends the cycle, 0 neighbors
[    310ms] a > sends a preamble to resolver
[    400ms] resolver ! writes a ack
[    410ms] a > sends Register to resolver
[    500ms] resolver ! writes a registered lifetime=150s
[    510ms] a > sends End to resolver
[    600ms] resolver ! writes a end
[    610ms] a : is open
[  10.310s] a : begins a maintenance cycle, 0 neighbors
[  10.310s] a > sends a preamble to resolver
[  10.500s] resolver ! writes a ack
[  10.510s] a > sends Resolve(3) to resolver
[ 130.310s] a > resets the connection to resolver
[ 130.310s] a : Resolve has failed
[ 130.310s] a : ends the cycle, 0 neighbors
[ 130.320s] resolver : the connection from a is reset
[ 430.310s] a : begins a maintenance cycle, 0 neighbors
[ 430.310s] a : resolved 0 addresses, 0 usable
[ 430.310s] a : resolved 0 addresses, 0 usable
[ 430.310s] a : ends the cycle, 0 neighbors
[ 500.000s] a ! leaves
[ 500.000s] a : has left
