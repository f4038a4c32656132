# Refresh is answered with a fault, or by something else, or not at all: the next one comes in its time. peer-channel.md 18.5
# rules: PC-18.5-2
puppet resolver
peers a
rules maintenance=0
from 1s
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a registered lifetime=100s
at 300ms resolver writes a end
at 101s resolver writes a ack
at 101.1s resolver writes a fault
at 101.2s resolver writes a end
at 202s resolver writes a ack
at 202.1s resolver writes a settings
at 202.2s resolver writes a end
at 380s end
---
[ 101.000s] resolver ! writes a ack
[ 101.010s] a > sends Refresh to resolver
[ 101.100s] resolver ! writes a fault
[ 101.110s] a > sends End to resolver
[ 101.200s] resolver ! writes a end
[ 101.210s] a : Refresh has failed
[ 202.000s] resolver ! writes a ack
[ 202.010s] a > sends Refresh to resolver
[ 202.100s] resolver ! writes a settings
[ 202.110s] a > sends End to resolver
[ 202.200s] resolver ! writes a end
[ 202.210s] a : Refresh has failed
[ 362.210s] a : Refresh has failed
