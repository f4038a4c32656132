# Four neighbors at the five-minute cycle: the least useful of those whose utility is accurate (32 updates) goes; e's is not
# accurate although it is smaller. peer-channel.md 11.7, 12.2; observed.md 7.5
peers a b c d e
rules min_neighbors=0 maintenance_interval=20s utility_window=4
rules b maintenance=0
rules c maintenance=0
rules d maintenance=0
rules e maintenance=0
hide flood delivery message
show message
from 15s
at 0 a,b,c,d,e starts
at 1s b,c,d,e dials a
at 5s b publishes times=4
at 6s c publishes times=5
at 7s d publishes times=6
at 8s e publishes times=1
at 25s end
---
