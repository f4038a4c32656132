# The same with a .NET node: the connect algorithm keeps no memory of whom it has dialled, so c goes from a to b and back, as each refusal names
# the other one. The dials end with the cycle's budget, here 300 ms instead of two minutes: one that begins then has no time left. peer-channel.md 11.5, 11.8
# rules: PC-11.8-4
resolver
peers a b c
dialect net
rules min_neighbors=1 ideal_neighbors=1 max_neighbors=1 cycle_budget=300ms
hide service end
from 15s
at 0 a starts
at 1s b starts
at 15s c starts
at 314s end
---
[  15.000s] c ! starts
[  15.000s] c : begins the initial cycle, 0 neighbors
[  15.080s] c : resolved 2 addresses, 2 usable
[  15.120s] c > sends Connect to a
[  15.130s] a : link from c is Disconnecting (NodeBusy)
[  15.130s] a > sends Refuse(NodeBusy) to c with 1 referral: b
[  15.140s] c : link to a is Disconnected (NodeBusy)
[  15.200s] c : keeps 1 of 1 referral
[  15.200s] c : link to a is Closed (NodeBusy)
[  15.210s] a : link from c is Closed (NodeBusy)
[  15.240s] c > sends Connect to b
[  15.250s] b : link from c is Disconnecting (NodeBusy)
[  15.250s] b > sends Refuse(NodeBusy) to c with 1 referral: a
[  15.260s] c : link to b is Disconnected (NodeBusy)
[  15.260s] c : keeps 1 of 1 referral
[  15.260s] c : link to b is Closed (NodeBusy)
[  15.270s] b : link from c is Closed (NodeBusy)
[  15.280s] c > sends Connect to a
[  15.290s] a : link from c is Disconnecting (NodeBusy)
[  15.290s] a > sends Refuse(NodeBusy) to c with 1 referral: b
[  15.300s] c : link to a is Disconnected (NodeBusy)
[  15.300s] c : keeps 1 of 1 referral
[  15.300s] c : link to a is Closed (NodeBusy)
[  15.300s] c : b cannot be reached
[  15.300s] c : ends the cycle, 0 neighbors
[  15.310s] a : link from c is Closed (NodeBusy)
[  15.310s] b : link from c is Closed
[  15.360s] c : is open
[  25.300s] c : begins a maintenance cycle, 0 neighbors
[  25.360s] c : resolved 3 addresses, 2 usable
[  25.420s] c : resolved 3 addresses, 0 usable
[  25.440s] c > sends Connect to a
[  25.450s] a : link from c is Disconnecting (NodeBusy)
[  25.450s] a > sends Refuse(NodeBusy) to c with 1 referral: b
[  25.460s] c : link to a is Disconnected (NodeBusy)
[  25.460s] c : keeps 1 of 1 referral
[  25.460s] c : link to a is Closed (NodeBusy)
[  25.470s] a : link from c is Closed (NodeBusy)
[  25.500s] c > sends Connect to b
[  25.510s] b : link from c is Disconnecting (NodeBusy)
[  25.510s] b > sends Refuse(NodeBusy) to c with 1 referral: a
[  25.520s] c : link to b is Disconnected (NodeBusy)
[  25.520s] c : keeps 1 of 1 referral
[  25.520s] c : link to b is Closed (NodeBusy)
[  25.530s] b : link from c is Closed (NodeBusy)
[  25.540s] c > sends Connect to a
[  25.550s] a : link from c is Disconnecting (NodeBusy)
[  25.550s] a > sends Refuse(NodeBusy) to c with 1 referral: b
[  25.560s] c : link to a is Disconnected (NodeBusy)
[  25.560s] c : keeps 1 of 1 referral
[  25.560s] c : link to a is Closed (NodeBusy)
[  25.570s] a : link from c is Closed (NodeBusy)
[  25.580s] c > sends Connect to b
[  25.590s] b : link from c is Disconnecting (NodeBusy)
[  25.590s] b > sends Refuse(NodeBusy) to c with 1 referral: a
[  25.600s] c : link to b is Disconnected (NodeBusy)
[  25.600s] c : keeps 1 of 1 referral
[  25.600s] c : link to b is Closed (NodeBusy)
[  25.600s] c : a cannot be reached
[  25.600s] c : ends the cycle, 0 neighbors
[  25.610s] b : link from c is Closed (NodeBusy)
[  25.610s] a : link from c is Closed
[ 301.260s] b : begins a maintenance cycle, 1 neighbor
[ 301.260s] b : ends the cycle, 1 neighbor
[ 310.080s] a : begins a maintenance cycle, 1 neighbor
[ 310.080s] a : ends the cycle, 1 neighbor
