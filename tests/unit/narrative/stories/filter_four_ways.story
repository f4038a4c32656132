# The propagation filter: none, local, remote, both; asked for own and for received messages. peer-channel.md 13.5
# rules: PC-13.2-2 PC-13.5-1
peers a b c
rules maintenance=0
from 5s
at 0 a,b,c starts
at 1s b dials a
at 2s c dials b
at 4s b filters none
at 5s a publishes
at 5.5s b filters local
at 6s a publishes
at 6.5s b filters remote
at 7s a publishes
at 8s b publishes
at 8.5s b filters both
at 9s a publishes
at 9.5s b filters local
at 10s b publishes
at 11s end
---
[   5000ms] a ! publishes
[   5000ms] a > sends m1 to b
[   5000ms] a : delivers m1 (its own) on chat
[   5010ms] b : the filter keeps m1 from the application
[   5010ms] b : the filter keeps m1 from c
[   5500ms] b ! filters local
[   6000ms] a ! publishes
[   6000ms] a > sends m2 to b
[   6000ms] a : delivers m2 (its own) on chat
[   6010ms] b : the filter keeps m2 from c
[   6010ms] b : delivers m2 on chat
[   6500ms] b ! filters remote
[   7000ms] a ! publishes
[   7000ms] a > sends m3 to b
[   7000ms] a : delivers m3 (its own) on chat
[   7010ms] b : the filter keeps m3 from the application
[   7010ms] b > sends m3 to c
[   7020ms] c : delivers m3 on chat
[   8000ms] b ! publishes
[   8000ms] b : the filter keeps m4 from the application
[   8000ms] b > sends m4 to a
[   8000ms] b > sends m4 to c
[   8010ms] a : delivers m4 on chat
[   8010ms] c : delivers m4 on chat
[   8500ms] b ! filters both
[   9000ms] a ! publishes
[   9000ms] a > sends m5 to b
[   9000ms] a : delivers m5 (its own) on chat
[   9010ms] b > sends m5 to c
[   9010ms] b : delivers m5 on chat
[   9020ms] c : delivers m5 on chat
[   9500ms] b ! filters local
[  10.000s] b ! publishes
[  10.000s] b : the filter keeps m6 from a
[  10.000s] b : the filter keeps m6 from c
[  10.000s] b : delivers m6 (its own) on chat
