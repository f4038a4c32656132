# The direct way from a to c is slow: c has the message from b first, and sends it to a. The origin knows its own id: its message
# is delivered and sent once. peer-channel.md 13.1, 13.2, 22 I13
# rules: PC-13.1-3
peers a b c
rules maintenance=0
from 5s
at 0 a,b,c starts
at 1s b dials a
at 2s c dials b
at 3s a dials c
at 4.9s a holds c
at 5s a publishes
at 5.1s a releases c
at 6s end
---
[   5000ms] a ! publishes
[   5000ms] a > sends m1 to b
[   5000ms] a > sends m1 to c
[   5000ms] a : delivers m1 (its own) on chat
[   5010ms] b > sends m1 to c
[   5010ms] b : delivers m1 on chat
[   5020ms] c > sends m1 to a
[   5020ms] c : delivers m1 on chat
[   5030ms] a : m1 from c is a duplicate
[   5100ms] a ! releases c
[   5110ms] c : m1 from a is a duplicate
