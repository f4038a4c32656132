# From three neighbors to two: nothing happens until the next maintenance. peer-channel.md 11.4
# rules: PC-11.4-1
resolver
peers a b c d
rules b maintenance=0
rules c maintenance=0
rules d maintenance=0
hide service
from 30s
at 0 b,c,d starts
at 5s a starts
at 20s a dials b
at 20s a dials c
at 20s a dials d
at 31s a cut b
at 60s end
---
[  31.000s] a ! cut b
[  31.000s] a : link to b is Closed
[  31.000s] b : link from a is Closed
[  31.000s] b : is offline
