# A flood with a header that nobody knows and everybody must understand, and the same id once more. Dialect profile: passed on as any other.
# peer-channel.md 6.1
# rules: PC-6.1-1
peers a b
puppet x
dialect profile
rules maintenance=0
from 4s
at 0 a,b starts
at 1s b dials a
at 2s x connects a
at 2.1s x writes a preamble
at 2.2s x writes a connect
at 5s x writes a flood must=1 m=1
at 6s x writes a flood m=1
at 7s x writes a flood m=2
at 8s end
---
[   5000ms] x ! writes a flood must=1 m=1
[   5010ms] a > sends m1 to b
[   5010ms] a : delivers m1 on chat
[   5020ms] b : delivers m1 on chat
[   6000ms] x ! writes a flood m=1
[   6010ms] a : m1 from x is a duplicate
[   7000ms] x ! writes a flood m=2
[   7010ms] a > sends m2 to b
[   7010ms] a : delivers m2 on chat
[   7020ms] b : delivers m2 on chat
