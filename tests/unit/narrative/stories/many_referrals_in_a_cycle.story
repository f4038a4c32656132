# Referrals that come while a cycle runs are candidates of it, as many as there are. peer-channel.md 11.5
# rules: PC-11.5-3
puppet resolver
peers a
puppet x
rules referral_policy=1
draw a candidate 0/1 0/12 0/11 0/10
silent 10.0.0.101 10.0.0.102
show tcp
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a resolved addresses=x
at 300ms resolver writes a end
at 400ms x writes a ack
at 500ms x writes a welcome referrals=1..12
at 2s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[      0ms] a > dials resolver
[    100ms] resolver ! writes a ack
[    110ms] a > sends Resolve(3) to resolver
[    200ms] resolver ! writes a resolved addresses=x
[    210ms] a > sends End to resolver
[    300ms] resolver ! writes a end
[    310ms] a : resolved 1 address, 1 usable
[    310ms] a > dials x
[    400ms] x ! writes a ack
[    410ms] a > sends Connect to x
[    500ms] x ! writes a welcome referrals=1..12
[    510ms] a : keeps 12 of 12 referrals
[    510ms] a > dials 10.0.1.1:50000
[    510ms] a : link to x is Connected
[    510ms] a : is online
[    530ms] a : net.tcp://10.0.1.1:50000/PeerChannelEndpoints/n1 cannot be reached
[    530ms] a > dials 10.0.1.12:50000
[    550ms] a : net.tcp://10.0.1.12:50000/PeerChannelEndpoints/n12 cannot be reached
[    550ms] a > dials 10.0.1.11:50000
[    570ms] a : net.tcp://10.0.1.11:50000/PeerChannelEndpoints/n11 cannot be reached
[    570ms] a > dials 10.0.1.10:50000
[    590ms] a : net.tcp://10.0.1.10:50000/PeerChannelEndpoints/n10 cannot be reached
[    590ms] a > dials 10.0.1.9:50000
[    610ms] a : net.tcp://10.0.1.9:50000/PeerChannelEndpoints/n9 cannot be reached
[    610ms] a > dials 10.0.1.8:50000
[    630ms] a : net.tcp://10.0.1.8:50000/PeerChannelEndpoints/n8 cannot be reached
[    630ms] a > dials 10.0.1.7:50000
[    650ms] a : net.tcp://10.0.1.7:50000/PeerChannelEndpoints/n7 cannot be reached
[    650ms] a > dials 10.0.1.6:50000
[    670ms] a : net.tcp://10.0.1.6:50000/PeerChannelEndpoints/n6 cannot be reached
[    670ms] a > dials 10.0.1.5:50000
[    690ms] a : net.tcp://10.0.1.5:50000/PeerChannelEndpoints/n5 cannot be reached
[    690ms] a > dials 10.0.1.4:50000
[    710ms] a : net.tcp://10.0.1.4:50000/PeerChannelEndpoints/n4 cannot be reached
[    710ms] a > dials 10.0.1.3:50000
[    730ms] a : net.tcp://10.0.1.3:50000/PeerChannelEndpoints/n3 cannot be reached
[    730ms] a > dials 10.0.1.2:50000
[    750ms] a : net.tcp://10.0.1.2:50000/PeerChannelEndpoints/n2 cannot be reached
[    750ms] a : ends the cycle, 1 neighbor
