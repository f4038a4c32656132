# The last address goes, and comes back, of a node that is not registered: nothing to take back or to renew, only Pings.
# rules: PC-8.3-3
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
at 2s a moves none
at 8s a moves 10.0.0.77
at 15s end
---
[   2000ms] a ! moves none
[   7000ms] a > sends Ping to x
[   8000ms] a ! moves 10.0.0.77
[  13.000s] a > sends Ping to x
