# A single call slot: the flood that fills the connection takes it, and nothing is read until it has gone out. peer-channel.md 14
# rules: PC-14-5 PC-14-7
peers a b c
rules maintenance=0 forwarding_limit=1 slow_pending=1000
hide flood delivery message
from 5s
at 0 a,b,c starts
at 1s b dials a
at 2s c dials b
at 5s b holds c
at 6s a publishes
at 7s b releases c
at 8s end
---
[   5000ms] b ! holds c
[   6000ms] a ! publishes
[   6010ms] b : stops reading from a
[   6010ms] b : stops reading from c
[   7000ms] b ! releases c
[   7000ms] b : resumes reading from a
[   7000ms] b : resumes reading from c
