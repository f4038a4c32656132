# Connect whose Address is missing. peer-channel.md 10.2
# rules: PC-10.2-2
peers a
puppet x
rules maintenance=0
from 1s
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a envelope 00 56 02 0B 01 's' 04 0B 01 'a' 06 56 08 44 0A 99 35 'http://schemas.microsoft.com/net/2006/05/peer/Connect' 01 56 0E 40 07 'Connect' 08 2D 'http://schemas.microsoft.com/net/2006/05/peer' 40 06 'NodeId' 89 07 01 01 01
at 3s end
---
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1200ms] x ! writes a envelope 00 56 02 0B 01 's' 04 0B 01 'a' 06 56 08 44 0A 99 35 'http://schemas.microsoft.com/net/2006/05/peer/Connect' 01 56 0E 40 07 'Connect' 08 2D 'http://schemas.microsoft.com/net/2006/05/peer' 40 06 'NodeId' 89 07 01 01 01
[   1210ms] a : x: Connect: invalid address
[   1210ms] a : link from x is Closed
