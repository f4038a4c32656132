# c is spared as the last neighbor, and watched again when there is another one. peer-channel.md 14
# rules: PC-14-4
peers b c
puppet x
dialect profile
rules maintenance=0 forwarding_limit=4 slow_pending=2 recovered_pending=1 slow_spread=0
hide flood delivery message
from 5s
at 0 b,c starts
at 1s x connects b
at 1.1s x writes b preamble
at 1.2s x writes b connect
at 2s c dials b
at 5s b holds c
at 6s x writes b flood times=4
at 7s x resets b
at 18s x connects b
at 18.1s x writes b preamble
at 18.2s b passes c 600
at 18.3s x writes b connect
at 19s x writes b flood times=3 m=20
at 40s end
---
[   5000ms] b ! holds c
[   6000ms] x ! writes b flood times=4
[   6010ms] b : c is watched as slow, 4 floods pending
[   6010ms] b : stops reading from x
[   6010ms] b : stops reading from c
[   7000ms] x ! resets b
[   7010ms] b : link from x is Closed
[  18.000s] x ! connects b
[  18.100s] x ! writes b preamble
[  18.110s] b : stops reading from x
[  18.200s] b ! passes c 600
[  18.200s] b : resumes reading from c
[  18.200s] b : resumes reading from x
[  18.300s] x ! writes b connect
[  18.310s] b : link from x is Connected
[  19.000s] x ! writes b flood times=3 m=20
[  19.010s] b : c is watched as slow, 4 floods pending
[  19.010s] b : stops reading from c
[  19.010s] b : stops reading from x
[  29.010s] b : c is too slow, 4 floods pending
[  29.010s] b : link from c is Closed
[  29.010s] b : resumes reading from x
[  29.020s] c : link to b is Closed
[  29.020s] c : is offline
