# Each flood waits at two links: it is in work until its last copy has gone, and counts once. z has said nothing yet. peer-channel.md 14
# rules: PC-14-5
peers a b c d
puppet z
rules maintenance=0 forwarding_limit=2 slow_pending=9
hide flood delivery
from 5s
at 0 a,b,c,d starts
at 1s b dials a
at 1s c dials a
at 1s d dials a
at 2s z connects a
at 5s a holds b
at 5s a holds c
at 6s d publishes times=2
at 7s a releases b
at 8s a releases c
at 9s end
---
[   5000ms] a ! holds b
[   5000ms] a ! holds c
[   6000ms] d ! publishes times=2
[   6010ms] a : stops reading from b
[   6010ms] a : stops reading from c
[   6010ms] a : stops reading from d
[   7000ms] a ! releases b
[   8000ms] a ! releases c
[   8000ms] a : resumes reading from b
[   8000ms] a : resumes reading from c
[   8000ms] a : resumes reading from d
