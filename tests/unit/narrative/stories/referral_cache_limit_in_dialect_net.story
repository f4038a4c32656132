# Sixty referrals: .NET's check lets 51 in, profile keeps 50. peer-channel.md 11.1, 11.5
# rules: PC-11.5-1
peers a
puppet x
dialect net
rules maintenance=0
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a welcome referrals=1..60
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a welcome referrals=1..60
[   1210ms] a : keeps 51 of 60 referrals
[   1210ms] a : link to x is Connected
[   1210ms] a : is online
