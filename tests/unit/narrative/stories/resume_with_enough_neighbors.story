# After a sleep a node pings its neighbors; it looks for more only if it has fewer than the ideal number. peer-channel.md 8.3
# rules: PC-8.3-4
peers a
puppet x
puppet y
rules ideal_neighbors=1 min_neighbors=1 connect_timeout=3600s accept_timeout=3600s
from 20s
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 1.3s y connects a
at 1.4s y writes a preamble
at 20s a resumes
at 21s end
---
[  20.000s] a ! resumes
[  20.000s] a > sends Ping to x
