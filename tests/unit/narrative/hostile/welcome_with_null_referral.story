# A list with one referral that is not valid: nothing of it is used, and the link fails. peer-channel.md 10.3, 11.5
# rules: PC-10.3-4 PC-11.5-2
peers a
puppet x
rules maintenance=0
from 1s
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a envelope 00 56 02 0B 01 's' 04 0B 01 'a' 06 56 08 44 0A 99 35 'http://schemas.microsoft.com/net/2006/05/peer/Welcome' 01 56 0E 40 07 'Welcome' 08 2D 'http://schemas.microsoft.com/net/2006/05/peer' 40 06 'NodeId' 89 07 40 09 'Referrals' 40 08 'Referral' 09 01 'i' 29 'http://www.w3.org/2001/XMLSchema-instance' 2E 03 'nil' 86 01 01 01 01 01
at 3s end
---
[   1000ms] a ! dials x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a envelope 00 56 02 0B 01 's' 04 0B 01 'a' 06 56 08 44 0A 99 35 'http://schemas.microsoft.com/net/2006/05/peer/Welcome' 01 56 0E 40 07 'Welcome' 08 2D 'http://schemas.microsoft.com/net/2006/05/peer' 40 06 'NodeId' 89 07 40 09 'Referrals' 40 08 'Referral' 09 01 'i' 29 'http://www.w3.org/2001/XMLSchema-instance' 2E 03 'nil' 86 01 01 01 01 01
[   1210ms] a : x: Welcome: invalid referrals
[   1210ms] a : link to x is Closed
