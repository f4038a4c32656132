# A flood goes to neighbors, not to links on their way there.
peers a
puppet x
puppet y
rules maintenance=0
from 2s
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 1.3s y connects a
at 1.4s y writes a preamble
at 2s a publishes
at 3s end
---
[   2000ms] a ! publishes
[   2000ms] a > sends m1 to x
[   2000ms] a : delivers m1 (its own) on chat
