# Two channels in one mesh: each message goes everywhere, and is delivered where its channel is open. A peer without any
# channel relays. The via counts without regard to case. peer-channel.md 13.3
# rules: PC-13.3-8
peers a b c
channelless b
rules maintenance=0
from 5s
at 0 a,b,c starts
at 1s b dials a
at 2s c dials b
at 3s a,c opens news
at 5s a publishes on=news
at 6s a publishes
at 7s c closes chat
at 8s a publishes
at 9s a publishes on=NEWS
at 10s end
---
[   5000ms] a ! publishes on=news
[   5000ms] a > sends m1 to b
[   5000ms] a : delivers m1 (its own) on news
[   5010ms] b > sends m1 to c
[   5020ms] c : delivers m1 on news
[   6000ms] a ! publishes
[   6000ms] a > sends m2 to b
[   6000ms] a : delivers m2 (its own) on chat
[   6010ms] b > sends m2 to c
[   6020ms] c : delivers m2 on chat
[   7000ms] c ! closes chat
[   8000ms] a ! publishes
[   8000ms] a > sends m3 to b
[   8000ms] a : delivers m3 (its own) on chat
[   8010ms] b > sends m3 to c
[   9000ms] a ! publishes on=NEWS
[   9000ms] a > sends m4 to b
[   9000ms] a : delivers m4 (its own) on news
[   9010ms] b > sends m4 to c
[   9020ms] c : delivers m4 on news
