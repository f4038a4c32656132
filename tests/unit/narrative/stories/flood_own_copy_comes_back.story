# A triangle: the two receivers exchange copies; the origin's own id is known, it delivers its message once.
# peer-channel.md 13.1, 13.2, 22 I13
peers a b c
rules maintenance=0
from 5s
at 0 a,b,c starts
at 1s b dials a
at 2s c dials b
at 3s a dials c
at 5s a publishes
at 5.1s b publishes
at 6s end
---
[   5000ms] a ! publishes
[   5000ms] a > sends m1 to b
[   5000ms] a > sends m1 to c
[   5000ms] a : delivers m1 (its own) on chat
[   5010ms] b > sends m1 to c
[   5010ms] b : delivers m1 on chat
[   5010ms] c > sends m1 to b
[   5010ms] c : delivers m1 on chat
[   5020ms] c : m1 from b is a duplicate
[   5020ms] b : m1 from c is a duplicate
[   5100ms] b ! publishes
[   5100ms] b > sends m2 to a
[   5100ms] b > sends m2 to c
[   5100ms] b : delivers m2 (its own) on chat
[   5110ms] a > sends m2 to c
[   5110ms] a : delivers m2 on chat
[   5110ms] c > sends m2 to a
[   5110ms] c : delivers m2 on chat
[   5120ms] c : m2 from a is a duplicate
[   5120ms] a : m2 from c is a duplicate
