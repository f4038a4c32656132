# At the five-minute cycle b has two neighbors and looks for a third; c, d and a have three and do nothing.
# rules: PC-11.3-3
resolver
peers a b c d
hide service end
from 100s
at 0 a starts
at 1s b starts
at 2s c starts
at 3s d starts
at 400s end
---
[ 301.260s] b : begins a maintenance cycle, 2 neighbors
[ 301.340s] b : resolved 2 addresses, 1 usable
[ 301.400s] b : resolved 1 address, 0 usable
[ 301.440s] b > sends Connect to d
[ 301.450s] d > sends Welcome to b with 2 referrals: a, c
[ 301.450s] d : link from b is Connected
[ 301.460s] b : keeps 2 of 2 referrals
[ 301.460s] b : link to d is Connected
[ 301.460s] b : ends the cycle, 3 neighbors
[ 302.220s] c : begins a maintenance cycle, 3 neighbors
[ 302.220s] c : ends the cycle, 3 neighbors
[ 303.220s] d : begins a maintenance cycle, 3 neighbors
[ 303.220s] d : ends the cycle, 3 neighbors
[ 310.080s] a : begins a maintenance cycle, 3 neighbors
[ 310.080s] a : ends the cycle, 3 neighbors
