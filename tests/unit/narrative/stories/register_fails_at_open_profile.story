# As before, in a dialect that opens all the same and registers again after first_retry. peer-channel.md 18.5, 24
# rules: PC-8.1-5
puppet resolver
peers a
dialect profile
rules maintenance=0 first_retry=3s
show tcp framing
at 0 a starts
at 100ms resolver writes a ack
at 110ms resolver writes a settings
at 120ms resolver writes a end
at 200ms resolver writes a ack
at 210ms resolver writes a fault
at 300ms resolver writes a end
at 5s end
---
[      0ms] a ! starts
[      0ms] a > dials resolver
[      0ms] a > dials resolver
[     20ms] a > sends a preamble to resolver
[     20ms] a > sends a preamble to resolver
[    100ms] resolver ! writes a ack
[    110ms] resolver ! writes a settings
[    110ms] a > sends Register to resolver
[    120ms] resolver ! writes a end
[    120ms] a > sends End to resolver
[    130ms] a : Register has failed
[    130ms] a : is open
[    200ms] resolver ! writes a ack
[    210ms] resolver ! writes a fault
[    210ms] a > resets the connection to resolver
[    220ms] resolver : the connection from a is reset
[    300ms] resolver ! writes a end
[    310ms] a > resets the connection to resolver
[    310ms] a : GetServiceSettings has failed
[    320ms] resolver : the connection from a is reset
[   3130ms] a > dials resolver
[   3150ms] a > sends a preamble to resolver
