# The same in another order of links: the least useful stands between others, and one link is not Connected. peer-channel.md 11.7
# rules: PC-9.5-1 PC-11.7-1
peers a b c d e
puppet z
rules min_neighbors=0
rules b maintenance=0
rules c maintenance=0
rules d maintenance=0
rules e maintenance=0
hide flood delivery
from 9s
at 0 a,b,c,d,e starts
at 1s b,c,d dials a
at 5s b publishes times=40
at 6s c publishes times=34
at 7s d publishes times=36
at 8s e dials a
at 8.5s e publishes
at 9.1s z connects a
at 9.2s z writes a preamble
at 9.9s a tells
at 11s end
---
[   9100ms] z ! connects a
[   9200ms] z ! writes a preamble
[   9900ms] a ! tells
[   9900ms] a : link from b is Connected, utility 3931, accurate
[   9900ms] a : link from c is Connected, utility 3900, accurate
[   9900ms] a : link from d is Connected, utility 3911, accurate
[   9900ms] a : link from e is Connected, utility 128
[   9900ms] a : link from somebody is Connecting, utility 0
[  10.000s] a : begins a maintenance cycle, 4 neighbors
[  10.000s] a : prunes c, utility 3900
[  10.000s] a : link from c is Disconnecting (NotUsefulNeighbor)
[  10.000s] a > sends Disconnect(NotUsefulNeighbor) to c with 3 referrals: b, d, e
[  10.000s] a > sends End to c
[  10.000s] a : ends the cycle, 3 neighbors
[  10.010s] c : link to a is Disconnected (NotUsefulNeighbor)
[  10.010s] c : keeps 2 of 3 referrals
[  10.010s] c > sends End to a
[  10.010s] c : link to a is Closed (NotUsefulNeighbor)
[  10.010s] c : is offline
[  10.020s] a : link from c is Closed (NotUsefulNeighbor)
