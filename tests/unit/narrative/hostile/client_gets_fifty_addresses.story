# More addresses than were asked for: the first three are used. peer-channel.md 18.5
# rules: PC-18.5-7
puppet resolver
peers a
show tcp framing
at 0 a starts
at 100ms resolver writes a ack
rules connect_timeout=1s
at 200ms resolver writes a resolved addresses=1..50
at 300ms resolver writes a end
at 3s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[      0ms] a > dials resolver
[     20ms] a > sends a preamble to resolver
[    100ms] resolver ! writes a ack
[    110ms] a > sends Resolve(3) to resolver
[    200ms] resolver ! writes a resolved addresses=1..50
[    210ms] a > sends End to resolver
[    300ms] resolver ! writes a end
[    310ms] a : resolved 3 addresses, 3 usable
[    310ms] a > dials 10.0.1.1:50000
[    310ms] a > dials 10.0.1.3:50000
[    330ms] a : net.tcp://10.0.1.1:50000/PeerChannelEndpoints/n1 cannot be reached
[    330ms] a > dials 10.0.1.2:50000
[    330ms] a : net.tcp://10.0.1.3:50000/PeerChannelEndpoints/n3 cannot be reached
[    350ms] a : net.tcp://10.0.1.2:50000/PeerChannelEndpoints/n2 cannot be reached
[    350ms] a : ends the cycle, 0 neighbors
[    350ms] a > sends a preamble to resolver
