# The resolver gives a its own address, too: it is dropped by its service path. peer-channel.md 10.5, 11.3
# rules: PC-11.3-8
resolver
peers a
show tcp
hide end service
from 9s
at 0 a starts
at 11s end
---
[  10.080s] a : begins a maintenance cycle, 0 neighbors
[  10.140s] a : resolved 1 address, 0 usable
[  10.200s] a : resolved 1 address, 0 usable
[  10.200s] a : ends the cycle, 0 neighbors
