# A send that does not complete within 60 s ends the link. peer-channel.md 13.3 step 9
# rules: PC-13.3-7
peers a b
rules maintenance=0
hide flood delivery
show tcp
from 5s
at 0 a,b starts
at 1s b dials a
at 5s a holds b
at 6s a publishes
at 80s end
---
[   5000ms] a ! holds b
[   6000ms] a ! publishes
[  66.000s] a : b: a send did not complete in time
[  66.000s] a > resets the connection to b
[  66.000s] a : link from b is Closed (InternalFailure)
[  66.000s] a : is offline
[  66.010s] b : link to a is Closed
[  66.010s] b : is offline
