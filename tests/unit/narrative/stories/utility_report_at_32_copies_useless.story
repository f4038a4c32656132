# Copies that come as duplicates count in Total, not in Useful: b and c hear all of a's and send them to each other.
# peer-channel.md 12.3
# rules: PC-12.3-1
peers a b c
rules maintenance=0 utility_interval=300s
hide flood delivery
from 5s
at 0 a,b,c starts
at 1s b dials a
at 1s c dials a
at 2s c dials b
at 6s a publishes times=32
at 8s end
---
[   6000ms] a ! publishes times=32
[   6010ms] b > sends LinkUtility 32/32 to a
[   6010ms] c > sends LinkUtility 32/32 to a
[   6020ms] c > sends LinkUtility 0/32 to b
[   6020ms] b > sends LinkUtility 0/32 to c
