# End instead of an answer: the call has failed, and the connection is not kept. peer-channel.md 18.5
puppet resolver
peers a
rules maintenance=0 open_fails_with_resolver=0
show tcp framing
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a end
at 2s end
---
[      0ms] a ! starts
[      0ms] a > dials resolver
[     20ms] a > sends a preamble to resolver
[    100ms] resolver ! writes a ack
[    110ms] a > sends Register to resolver
[    200ms] resolver ! writes a end
[    210ms] a > sends End to resolver
[    210ms] a > closes the connection to resolver
[    210ms] a : Register has failed
[    210ms] a : is open
[    220ms] resolver : the connection from a has ended
