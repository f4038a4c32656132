# The first neighbor comes while the resolver is asked to register: it is let go again with the open. peer-channel.md 8.1, 18.5
puppet resolver
peers a b
rules maintenance=0
rules b open_fails_with_resolver=0
show tcp
hide service
at 0 a starts
at 10ms b starts
at 1s b dials a
at 1.5s resolver writes a ack
at 2s resolver writes a fault
at 2.1s resolver writes a end
at 5s end
---
[      0ms] a ! starts
[      0ms] a > dials resolver
[     10ms] b ! starts
[     10ms] b > dials resolver
[   1000ms] b ! dials a
[   1000ms] b > dials a
[   1040ms] b > sends Connect to a
[   1050ms] a > dials resolver
[   1500ms] resolver ! writes a ack
[   2000ms] resolver ! writes a fault
[   2010ms] a > sends End to resolver
[   2100ms] resolver ! writes a end
[   2110ms] a : GetServiceSettings has failed
[   2110ms] a : b: the referral policy could not be had
[   2110ms] a > resets the connection to b
[   2110ms] a : link from b is Closed
[   2120ms] b : link to a is Closed
