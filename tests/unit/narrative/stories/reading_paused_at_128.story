# All 128 slots taken: the node reads from no session until one is free. peer-channel.md 14
# rules: PC-14-5
peers a b c
rules maintenance=0 slow_pending=1000
hide flood delivery message
from 5s
at 0 a,b,c starts
at 1s b dials a
at 2s c dials b
at 5s b holds c
at 6s a publishes times=127
at 7s a publishes times=10
at 8s b releases c
at 20s end
---
[   5000ms] b ! holds c
[   6000ms] a ! publishes times=127
[   7000ms] a ! publishes times=10
[   7010ms] b : stops reading from a
[   7010ms] b : stops reading from c
[   8000ms] b ! releases c
[   8000ms] b : resumes reading from a
[   8000ms] b : resumes reading from c
