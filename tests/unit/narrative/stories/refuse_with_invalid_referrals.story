# In a Refuse an invalid list is dropped, and the link ends as any refused one. peer-channel.md 11.5
# rules: PC-11.5-2
peers a b
puppet x
rules maintenance=0
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a refuse NodeBusy referrals=b,bad
at 1.3s x writes a end
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a refuse NodeBusy referrals=b,bad
[   1210ms] a : link to x is Disconnected (NodeBusy)
[   1210ms] a > sends End to x
[   1300ms] x ! writes a end
[   1310ms] a : link to x is Closed (NodeBusy)
