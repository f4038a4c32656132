# The service faults the Register: the open fails, everything is dropped, nothing is taken back. peer-channel.md 8.1, 18.5
# rules: PC-8.1-5
puppet resolver
peers a
rules maintenance=0 first_retry=3s
show tcp framing
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a fault
at 300ms resolver writes a end
at 5s end
---
[      0ms] a ! starts
[      0ms] a > dials resolver
[     20ms] a > sends a preamble to resolver
[    100ms] resolver ! writes a ack
[    110ms] a > sends Register to resolver
[    200ms] resolver ! writes a fault
[    210ms] a > sends End to resolver
[    300ms] resolver ! writes a end
[    310ms] a : Register has failed
[    310ms] a > resets the connection to resolver
[    310ms] a : cannot open: the resolver could not register the node
[    320ms] resolver : the connection from a is reset
