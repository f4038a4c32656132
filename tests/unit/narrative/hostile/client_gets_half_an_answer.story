# The answer does not come whole: the call waits, and fails when its time is over. peer-channel.md 18.5
# rules: PC-18.5-8
puppet resolver
peers a
rules maintenance=0 open_fails_with_resolver=0
show tcp
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a octets 06 85
at 300ms resolver writes a octets 01 00
at 80s end
---
[      0ms] a ! starts
[      0ms] a > dials resolver
[    100ms] resolver ! writes a ack
[    110ms] a > sends Register to resolver
[    200ms] resolver ! writes a octets 06 85
[    300ms] resolver ! writes a octets 01 00
[  60.000s] a > resets the connection to resolver
[  60.000s] a : Register has failed
[  60.000s] a : is open
[  60.010s] resolver : the connection from a is reset
[  70.000s] a > dials resolver
