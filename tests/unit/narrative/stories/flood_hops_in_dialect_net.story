# A line of four: hop counts 0, 1, 2 and 9 in dialect net. .NET's unsigned wrap makes 0 endless. peer-channel.md 13.4
# rules: PC-13.2-3 PC-13.4-1 PC-13.4-2
peers a b c d
dialect net
rules maintenance=0
from 5s
at 0 a,b,c,d starts
at 1s b dials a
at 2s c dials b
at 3s d dials c
at 5s a publishes hops=0
at 6s a publishes hops=1
at 7s a publishes hops=2
at 8s a publishes hops=9
at 9s end
---
[   5000ms] a ! publishes hops=0
[   5000ms] a > sends m1 (hops 0) to b
[   5000ms] a : delivers m1 (its own) on chat
[   5010ms] b > sends m1 (hops 18446744073709551615) to c
[   5010ms] b : delivers m1 on chat
[   5020ms] c > sends m1 (hops 18446744073709551614) to d
[   5020ms] c : delivers m1 on chat
[   5030ms] d : delivers m1 on chat
[   6000ms] a ! publishes hops=1
[   6000ms] a > sends m2 (hops 1) to b
[   6000ms] a : delivers m2 (its own) on chat
[   6010ms] b : m2 has no hop left for c
[   6010ms] b : delivers m2 on chat
[   7000ms] a ! publishes hops=2
[   7000ms] a > sends m3 (hops 2) to b
[   7000ms] a : delivers m3 (its own) on chat
[   7010ms] b > sends m3 (hops 1) to c
[   7010ms] b : delivers m3 on chat
[   7020ms] c : m3 has no hop left for d
[   7020ms] c : delivers m3 on chat
[   8000ms] a ! publishes hops=9
[   8000ms] a > sends m4 (hops 9) to b
[   8000ms] a : delivers m4 (its own) on chat
[   8010ms] b > sends m4 (hops 8) to c
[   8010ms] b : delivers m4 on chat
[   8020ms] c > sends m4 (hops 7) to d
[   8020ms] c : delivers m4 on chat
[   8030ms] d : delivers m4 on chat
