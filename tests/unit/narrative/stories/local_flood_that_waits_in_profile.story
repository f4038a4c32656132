# In profile a flood of its own never counts, also when it has waited: the next one from a neighbor is the first in work.
# rules: PC-14-6
peers a b d
dialect profile
rules maintenance=0 forwarding_limit=1 slow_pending=9
hide flood delivery
from 5s
at 0 a,b,d starts
at 1s b dials a
at 1s d dials a
at 5s a holds b
at 6s a publishes
at 7s a releases b
at 8s a holds b
at 9s d publishes
at 10s a releases b
at 11s end
---
[   5000ms] a ! holds b
[   6000ms] a ! publishes
[   7000ms] a ! releases b
[   8000ms] a ! holds b
[   9000ms] d ! publishes
[   9010ms] a : stops reading from b
[   9010ms] a : stops reading from d
[  10.000s] a ! releases b
[  10.000s] a : resumes reading from b
[  10.000s] a : resumes reading from d
