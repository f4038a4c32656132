# b leaves: Unregister, then its own link and the one it accepted. net: End and a cut, no Disconnect; spec and profile:
# Disconnect(LeavingMesh). peer-channel.md 8.2; observed.md 5
# rules: PC-8.2-4
resolver
peers a b c
dialect profile
rules maintenance=0
show tcp
from 5s
at 0 a,b,c starts
at 1s b dials a
at 2s c dials b
at 5s b leaves
at 7s end
---
[   5000ms] b ! leaves
[   5020ms] b > sends Unregister to resolver
[   5030ms] resolver > sends UnregisterResponse to b
[   5040ms] b > sends End to resolver
[   5050ms] resolver > sends End to b
[   5060ms] b > closes the connection to resolver
[   5060ms] b > closes the connection to resolver
[   5060ms] b : link to a is Disconnecting (LeavingMesh)
[   5060ms] b > sends Disconnect(LeavingMesh) to a with 1 referral: c
[   5060ms] b > sends End to a
[   5060ms] b : link from c is Disconnecting (LeavingMesh)
[   5060ms] b > sends Disconnect(LeavingMesh) to c with 0 referrals
[   5060ms] b > sends End to c
[   5070ms] resolver > closes the connection to b
[   5070ms] resolver > closes the connection to b
[   5070ms] a : link from b is Disconnected (LeavingMesh)
[   5070ms] a : keeps 1 of 1 referral
[   5070ms] a > sends End to b
[   5070ms] a : link from b is Closed (LeavingMesh)
[   5070ms] a : is offline
[   5070ms] c : link to b is Disconnected (LeavingMesh)
[   5070ms] c > sends End to b
[   5070ms] c : link to b is Closed (LeavingMesh)
[   5070ms] c : is offline
[   5080ms] b : link to a is Closed (LeavingMesh)
[   5080ms] b : is offline
[   5080ms] b > closes the connection to a
[   5080ms] b : link from c is Closed (LeavingMesh)
[   5080ms] b > closes the connection to c
[   5080ms] b : has left
[   5090ms] a > closes the connection to b
[   5090ms] c > closes the connection to b
