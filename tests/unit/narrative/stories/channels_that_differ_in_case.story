# Vias are compared without regard to case: a message goes to every channel that matches. peer-channel.md 13.3 step 10
# rules: PC-13.3-8
peers a b
rules maintenance=0
hide flood
from 5s
at 0 a,b starts
at 1s a dials b
at 2s b opens CHAT
at 6s a publishes
at 7s b publishes on=CHAT
at 8s end
---
[   6000ms] a ! publishes
[   6000ms] a : delivers m1 (its own) on chat
[   6010ms] b : delivers m1 on chat
[   6010ms] b : delivers m1 on CHAT
[   7000ms] b ! publishes on=CHAT
[   7000ms] b : delivers m2 (its own) on chat
[   7000ms] b : delivers m2 (its own) on CHAT
[   7010ms] a : delivers m2 on chat
