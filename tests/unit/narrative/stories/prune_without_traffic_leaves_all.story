# A mesh without traffic never prunes: no utility is accurate. peer-channel.md 11.7
# rules: PC-11.7-2 PC-12.2-2
peers a b c d e
rules min_neighbors=0
rules b maintenance=0
rules c maintenance=0
rules d maintenance=0
rules e maintenance=0
from 100s
at 0 a,b,c,d,e starts
at 1s b,c,d,e dials a
at 310s end
---
[ 310.000s] a : begins a maintenance cycle, 4 neighbors
[ 310.000s] a : ends the cycle, 4 neighbors
