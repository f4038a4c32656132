# b has no channel for the message: it forwards, and its filter is not asked. peer-channel.md 13.3 steps 4, 8
# rules: PC-13.3-5
peers a b c
channelless b
rules maintenance=0
from 5s
at 0 a,b,c starts
at 1s a dials b
at 2s b dials c
at 4s b filters none
at 6s a publishes
at 7s end
---
[   6000ms] a ! publishes
[   6000ms] a > sends m1 to b
[   6000ms] a : delivers m1 (its own) on chat
[   6010ms] b > sends m1 to c
[   6020ms] c : delivers m1 on chat
