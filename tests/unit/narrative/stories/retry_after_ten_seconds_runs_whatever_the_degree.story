# The ten-second cycle is set by the first cycle, not by the count: a has two neighbors by then and looks for a third.
# peer-channel.md 11.3; observed.md 7.1
# rules: PC-11.3-2 PC-11.3-6
resolver
peers a b c
hide service end
from 10s
at 0 a starts
at 1s b starts
at 2s c starts
at 12s end
---
[  10.080s] a : begins a maintenance cycle, 2 neighbors
[  10.140s] a : resolved 3 addresses, 0 usable
[  10.200s] a : resolved 3 addresses, 0 usable
[  10.200s] a : ends the cycle, 2 neighbors
