# A close that leaves fewer than two neighbors starts a cycle at once; one that leaves two does not.
# peer-channel.md 11.4; observed.md 7.3
# rules: PC-11.4-1
resolver
peers a b c d
hide end service
from 20s
at 0 a starts
at 1s b starts
at 2s c starts
at 3s d starts
at 20s d dies
at 40s c dies
at 41s end
---
[  20.000s] d ! dies
[  20.010s] a : link from d is Closed
[  20.010s] c : link from d is Closed
[  40.000s] c ! dies
[  40.010s] a : link from c is Closed
[  40.010s] a : begins a maintenance cycle, 1 neighbor
[  40.010s] b : link from c is Closed
[  40.010s] b : begins a maintenance cycle, 1 neighbor
[  40.070s] a : resolved 2 addresses, 2 usable
[  40.070s] b : resolved 1 address, 0 usable
[  40.130s] a : resolved 3 addresses, 0 usable
[  40.130s] b : resolved 2 addresses, 1 usable
[  40.150s] a : d cannot be reached
[  40.150s] a : c cannot be reached
[  40.150s] a : ends the cycle, 1 neighbor
[  40.150s] b : c cannot be reached
[  40.150s] b : ends the cycle, 1 neighbor
