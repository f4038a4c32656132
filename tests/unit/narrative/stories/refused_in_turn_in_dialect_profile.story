# a and b have room for one neighbor each, and are each other's. c comes, and is refused by both; each names the other. In the profile whoever
# was dialled is no candidate again in that cycle. c rests until the retry and then for five minutes; each cycle dials both once, and asks the
# resolver twice more when nobody is left (PC-11.3-5), which knows nobody else. peer-channel.md 11.5, 11.8 ("no candidate is tried twice in a cycle")
# rules: PC-11.8-4
resolver
peers a b c
dialect profile
rules min_neighbors=1 ideal_neighbors=1 max_neighbors=1
hide service end
from 15s
at 0 a starts
at 1s b starts
at 15s c starts
at 400s end
---
[  15.000s] c ! starts
[  15.000s] c : begins the initial cycle, 0 neighbors
[  15.080s] c : resolved 2 addresses, 2 usable
[  15.120s] c > sends Connect to a
[  15.130s] a : link from c is Disconnecting (NodeBusy)
[  15.130s] a > sends Refuse(NodeBusy) to c with 1 referral: b
[  15.140s] c : link to a is Disconnected (NodeBusy)
[  15.140s] c : keeps 1 of 1 referral
[  15.140s] c : link to a is Closed (NodeBusy)
[  15.150s] a : link from c is Closed (NodeBusy)
[  15.180s] c > sends Connect to b
[  15.190s] b : link from c is Disconnecting (NodeBusy)
[  15.190s] b > sends Refuse(NodeBusy) to c with 1 referral: a
[  15.200s] c : link to b is Disconnected (NodeBusy)
[  15.200s] c : keeps 1 of 1 referral
[  15.200s] c : link to b is Closed (NodeBusy)
[  15.200s] c : ends the cycle, 0 neighbors
[  15.210s] b : link from c is Closed (NodeBusy)
[  15.260s] c : is open
[  25.200s] c : begins a maintenance cycle, 0 neighbors
[  25.220s] c > sends Connect to a
[  25.230s] a : link from c is Disconnecting (NodeBusy)
[  25.230s] a > sends Refuse(NodeBusy) to c with 1 referral: b
[  25.240s] c : link to a is Disconnected (NodeBusy)
[  25.240s] c : keeps 1 of 1 referral
[  25.240s] c : link to a is Closed (NodeBusy)
[  25.250s] a : link from c is Closed (NodeBusy)
[  25.260s] c > sends Connect to b
[  25.270s] b : link from c is Disconnecting (NodeBusy)
[  25.270s] b > sends Refuse(NodeBusy) to c with 1 referral: a
[  25.280s] c : link to b is Disconnected (NodeBusy)
[  25.280s] c : keeps 1 of 1 referral
[  25.280s] c : link to b is Closed (NodeBusy)
[  25.290s] b : link from c is Closed (NodeBusy)
[  25.340s] c : resolved 3 addresses, 0 usable
[  25.400s] c : resolved 3 addresses, 0 usable
[  25.400s] c : ends the cycle, 0 neighbors
[ 301.140s] b : begins a maintenance cycle, 1 neighbor
[ 301.140s] b : ends the cycle, 1 neighbor
[ 310.080s] a : begins a maintenance cycle, 1 neighbor
[ 310.080s] a : ends the cycle, 1 neighbor
[ 325.400s] c : begins a maintenance cycle, 0 neighbors
[ 325.440s] c > sends Connect to a
[ 325.450s] a : link from c is Disconnecting (NodeBusy)
[ 325.450s] a > sends Refuse(NodeBusy) to c with 1 referral: b
[ 325.460s] c : link to a is Disconnected (NodeBusy)
[ 325.460s] c : keeps 1 of 1 referral
[ 325.460s] c : link to a is Closed (NodeBusy)
[ 325.470s] a : link from c is Closed (NodeBusy)
[ 325.500s] c > sends Connect to b
[ 325.510s] b : link from c is Disconnecting (NodeBusy)
[ 325.510s] b > sends Refuse(NodeBusy) to c with 1 referral: a
[ 325.520s] c : link to b is Disconnected (NodeBusy)
[ 325.520s] c : keeps 1 of 1 referral
[ 325.520s] c : link to b is Closed (NodeBusy)
[ 325.530s] b : link from c is Closed (NodeBusy)
[ 325.600s] c : resolved 3 addresses, 0 usable
[ 325.660s] c : resolved 3 addresses, 0 usable
[ 325.660s] c : ends the cycle, 0 neighbors
