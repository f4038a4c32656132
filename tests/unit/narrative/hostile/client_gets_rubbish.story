# The service answers with rubbish. peer-channel.md 18.5
# rules: PC-18.5-4
puppet resolver
peers a
show tcp framing
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a envelope 'rubbish'
at 3s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[      0ms] a > dials resolver
[     20ms] a > sends a preamble to resolver
[    100ms] resolver ! writes a ack
[    110ms] a > sends Resolve(3) to resolver
[    200ms] resolver ! writes a envelope 'rubbish'
[    210ms] a > resets the connection to resolver
[    210ms] a : Resolve has failed
[    210ms] a : resolved 0 addresses, 0 usable
[    210ms] a : ends the cycle, 0 neighbors
[    210ms] a > dials resolver
[    220ms] resolver : the connection from a is reset
[    230ms] a > sends a preamble to resolver
