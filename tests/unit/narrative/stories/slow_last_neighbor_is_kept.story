# The last neighbor is never closed for being slow: x sends and reads nothing. peer-channel.md 14 step 2
# rules: PC-14-4
peers b c
puppet x
rules maintenance=0 forwarding_limit=4 slow_pending=2 recovered_pending=1 slow_spread=0
hide flood delivery
from 5s
at 0 b,c starts
at 1s x connects b
at 1.1s x writes b preamble
at 1.2s x writes b connect
at 2s c dials b
at 5s b holds c
at 6s x writes b flood times=6
at 7s x resets b
at 20s end
---
[   5000ms] b ! holds c
[   6000ms] x ! writes b flood times=6
[   6010ms] b : c is watched as slow, 4 floods pending
[   6010ms] b : stops reading from x
[   6010ms] b : stops reading from c
[   7000ms] x ! resets b
[   7010ms] b : link from x is Closed
