# A service that names no lifetime: the node takes an hour. peer-channel.md 18.5
puppet resolver
peers a
rules maintenance=0
from 200s
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a registered lifetime=0
at 300ms resolver writes a end
at 3601s resolver writes a ack
at 3601.1s resolver writes a refreshed lifetime=0
at 3601.2s resolver writes a end
at 7300s end
---
[3601.000s] resolver ! writes a ack
[3601.010s] a > sends Refresh to resolver
[3601.100s] resolver ! writes a refreshed lifetime=0
[3601.110s] a > sends End to resolver
[3601.200s] resolver ! writes a end
[7261.210s] a : Refresh has failed
