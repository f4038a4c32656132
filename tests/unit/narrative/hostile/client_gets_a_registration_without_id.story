# RegisterResponse without its id: the node is registered under no name, which Refresh says again. peer-channel.md 18.2
puppet resolver
peers a
rules maintenance=0
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a envelope 00 56 02 0B 01 's' 04 0B 01 'a' 06 56 08 44 0A 99 47 'http://schemas.microsoft.com/net/2006/05/peer/resolver/RegisterResponse' 01 56 0E 40 10 'RegisterResponse' 08 2D 'http://schemas.microsoft.com/net/2006/05/peer' 40 14 'RegistrationLifetime' 99 05 'PT10S' 01 01 01
at 300ms resolver writes a end
at 11s resolver writes a ack
at 12s end
---
[      0ms] a ! starts
[    100ms] resolver ! writes a ack
[    110ms] a > sends Register to resolver
[    200ms] resolver ! writes a envelope 00 56 02 0B 01 's' 04 0B 01 'a' 06 56 08 44 0A 99 47 'http://schemas.microsoft.com/net/2006/05/peer/resolver/RegisterResponse' 01 56 0E 40 10 'RegisterResponse' 08 2D 'http://schemas.microsoft.com/net/2006/05/peer' 40 14 'RegistrationLifetime' 99 05 'PT10S' 01 01 01
[    210ms] a > sends End to resolver
[    300ms] resolver ! writes a end
[    310ms] a : is open
[  11.000s] resolver ! writes a ack
[  11.010s] a > sends Refresh to resolver
