# Two changes within five seconds: one Update, then Ping to every neighbor. peer-channel.md 8.3
# rules: PC-8.3-1 PC-8.3-3
resolver
peers a b
rules maintenance=0
hide end
from 5s
at 0 a,b starts
at 1s b dials a
at 5s a moves 10.0.0.20
at 8s a moves 10.0.0.21
at 14s end
---
[   5000ms] a ! moves 10.0.0.20
[   8000ms] a ! moves 10.0.0.21
[  13.000s] a > sends Ping to b
[  13.020s] a > sends Update to resolver
[  13.030s] resolver > sends UpdateResponse(600 s) to a
