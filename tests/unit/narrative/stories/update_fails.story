# Update is answered with a fault: the node is still registered, and tries again when a Refresh would be due. peer-channel.md 8.3
puppet resolver
peers a
rules maintenance=0
from 1s
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a registered lifetime=100s
at 300ms resolver writes a end
at 1s a moves 10.0.0.77
at 6.1s resolver writes a ack
at 6.2s resolver writes a fault
at 6.3s resolver writes a end
at 107s resolver writes a ack
at 107.1s resolver writes a updated lifetime=100s
at 107.2s resolver writes a end
at 200s end
---
[   1000ms] a ! moves 10.0.0.77
[   6100ms] resolver ! writes a ack
[   6110ms] a > sends Update to resolver
[   6200ms] resolver ! writes a fault
[   6210ms] a > sends End to resolver
[   6300ms] resolver ! writes a end
[   6310ms] a : Update has failed
[ 107.000s] resolver ! writes a ack
[ 107.010s] a > sends Update to resolver
[ 107.100s] resolver ! writes a updated lifetime=100s
[ 107.110s] a > sends End to resolver
[ 107.200s] resolver ! writes a end
