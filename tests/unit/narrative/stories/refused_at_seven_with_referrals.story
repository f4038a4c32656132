# The eighth who asks is refused and told seven others; it uses them in the same cycle. peer-channel.md 10.2 step 2, 10.6
# rules: PC-9.1-2 PC-9.4-1 PC-10.2-1 PC-10.6-1
peers a b c d e f g h i
rules a min_neighbors=0 ideal_neighbors=0
rules b maintenance=0
rules c maintenance=0
rules d maintenance=0
rules e maintenance=0
rules f maintenance=0
rules g maintenance=0
rules h maintenance=0
from 5s
at 0 a,b,c,d,e,f,g,h,i starts
at 1s b,c,d,e,f,g,h dials a
at 5s i dials a
at 6s end
---
[   5000ms] i ! dials a
[   5040ms] i > sends Connect to a
[   5050ms] a : link from i is Disconnecting (NodeBusy)
[   5050ms] a > sends Refuse(NodeBusy) to i with 7 referrals: b, c, d, e, f, g, h
[   5050ms] a > sends End to i
[   5060ms] i : link to a is Disconnected (NodeBusy)
[   5060ms] i : keeps 7 of 7 referrals
[   5060ms] i > sends End to a
[   5060ms] i : link to a is Closed (NodeBusy)
[   5060ms] i : begins a maintenance cycle, 0 neighbors
[   5070ms] a : link from i is Closed (NodeBusy)
[   5100ms] i > sends Connect to b
[   5100ms] i > sends Connect to h
[   5100ms] i > sends Connect to g
[   5110ms] b > sends Welcome to i with 1 referral: a
[   5110ms] b : link from i is Connected
[   5110ms] h > sends Welcome to i with 1 referral: a
[   5110ms] h : link from i is Connected
[   5110ms] g > sends Welcome to i with 1 referral: a
[   5110ms] g : link from i is Connected
[   5120ms] i : keeps 1 of 1 referral
[   5120ms] i : link to b is Connected
[   5120ms] i : is online
[   5120ms] i : keeps 0 of 1 referral
[   5120ms] i : link to h is Connected
[   5120ms] i : keeps 0 of 1 referral
[   5120ms] i : link to g is Connected
[   5120ms] i : ends the cycle, 3 neighbors
