# Four peers, five links: 2m - n + 1 = 7 copies; everybody delivers once, the rest are duplicates.
# peer-channel.md 13.3, 22 I14; observed.md 10.1
# rules: PC-13.3-6
peers a b c d
rules maintenance=0
from 5s
at 0 a,b,c,d starts
at 1s b dials a
at 2s c dials b
at 3s d dials c
at 4s d dials a
at 4.5s c dials a
at 5s a publishes
at 6s end
---
[   5000ms] a ! publishes
[   5000ms] a > sends m1 to b
[   5000ms] a > sends m1 to d
[   5000ms] a > sends m1 to c
[   5000ms] a : delivers m1 (its own) on chat
[   5010ms] b > sends m1 to c
[   5010ms] b : delivers m1 on chat
[   5010ms] d > sends m1 to c
[   5010ms] d : delivers m1 on chat
[   5010ms] c > sends m1 to b
[   5010ms] c > sends m1 to d
[   5010ms] c : delivers m1 on chat
[   5020ms] c : m1 from b is a duplicate
[   5020ms] c : m1 from d is a duplicate
[   5020ms] b : m1 from c is a duplicate
[   5020ms] d : m1 from c is a duplicate
