# A node leaves while its Update is out: it is registered already, and Unregister does not wait. peer-channel.md 8.2, 8.3
# rules: PC-8.2-1
puppet resolver
peers a
rules maintenance=0
from 1s
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a registered
at 300ms resolver writes a end
at 1s a moves 10.0.0.77
at 6.1s resolver writes a ack
at 6.2s resolver writes a updated
at 6.205s a leaves
at 6.206s resolver writes a end
at 6.3s resolver writes a ack
at 6.4s resolver writes a unregistered
at 6.5s resolver writes a end
at 100s end
---
[   1000ms] a ! moves 10.0.0.77
[   6100ms] resolver ! writes a ack
[   6110ms] a > sends Update to resolver
[   6200ms] resolver ! writes a updated
[   6205ms] a ! leaves
[   6206ms] resolver ! writes a end
[   6210ms] a > sends End to resolver
[   6300ms] resolver ! writes a ack
[   6310ms] a > sends Unregister to resolver
[   6400ms] resolver ! writes a unregistered
[   6410ms] a > sends End to resolver
[   6500ms] resolver ! writes a end
[   6510ms] a : has left
