# b died without a word to the resolver. c dials it in vain and goes on to a, in the same cycle. observed.md 4
# rules: PC-11.8-2
resolver
peers a b d c
draw c candidate 1/3 1/2
show tcp
hide end service
from 20s
at 0 a starts
at 1s b starts
at 2s d starts
at 15s b dies
at 20s c starts
at 21s end
---
[  20.000s] c ! starts
[  20.000s] c : begins the initial cycle, 0 neighbors
[  20.000s] c > dials resolver
[  20.080s] c : resolved 3 addresses, 3 usable
[  20.080s] c > dials b
[  20.080s] c > dials d
[  20.100s] c : b cannot be reached
[  20.100s] c > dials a
[  20.120s] c > sends Connect to d
[  20.130s] d > sends Welcome to c with 1 referral: a
[  20.130s] d : link from c is Connected
[  20.140s] c > sends Connect to a
[  20.150s] a > sends Welcome to c with 1 referral: d
[  20.150s] a : link from c is Connected
[  20.160s] c > dials resolver
[  20.200s] c : keeps 1 of 1 referral
[  20.200s] c : link to d is Connected
[  20.200s] c : is online
[  20.240s] c : keeps 1 of 1 referral
[  20.240s] c : link to a is Connected
[  20.240s] c : ends the cycle, 2 neighbors
[  20.260s] c : is open
