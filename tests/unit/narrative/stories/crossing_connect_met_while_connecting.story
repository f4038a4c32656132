# b has a's Connect but waits for the resolver's word on referrals; its own dial to a is answered first. The losing link is
# still Connecting at b: Refuse, not Disconnect. peer-channel.md 10.4, 10.7; observed.md 6.3 variant C
# rules: PC-10.2-6 PC-10.4-4
resolver
peers a b
rules maintenance=0
rules a referral_policy=1
draw a node_id 300
hide service
at 0 a,b starts
at 1s a dials b
at 1.005s b dials a
at 2s end
---
[      0ms] a ! starts
[      0ms] b ! starts
[     60ms] a > sends End to resolver
[     60ms] b > sends End to resolver
[     70ms] resolver > sends End to a
[     70ms] resolver > sends End to b
[     80ms] a : is open
[     80ms] b : is open
[   1000ms] a ! dials b
[   1005ms] b ! dials a
[   1040ms] a > sends Connect to b
[   1045ms] b > sends Connect to a
[   1055ms] a > sends Welcome to b with 0 referrals
[   1055ms] a : link from b is Connected
[   1055ms] a : is online
[   1065ms] b > sends Ping to a
[   1065ms] b : link from a is Disconnecting (DuplicateNeighbor)
[   1065ms] b > sends Refuse(DuplicateNeighbor) to a with 0 referrals
[   1065ms] b > sends End to a
[   1075ms] a : link to b is Disconnected (DuplicateNeighbor)
[   1075ms] a > sends End to b
[   1075ms] a : link to b is Closed (DuplicateNeighbor)
[   1085ms] b : link from a is Closed (DuplicateNeighbor)
[   1090ms] b > sends End to resolver
[   1100ms] resolver > sends End to b
[   1125ms] b > sends End to resolver
[   1135ms] resolver > sends End to b
[   1145ms] b : link to a is Connected
[   1145ms] b : is online
