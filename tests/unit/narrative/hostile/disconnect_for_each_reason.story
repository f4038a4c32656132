# Each reason is one for a Disconnect. peer-channel.md 5.5, 9.3
peers a
puppet u
puppet v
puppet w
puppet x
puppet y
puppet z
rules maintenance=0
from 2s
at 0 a starts
at 1s u connects a
at 1.1s u writes a preamble
at 1.2s u writes a connect
at 2s u writes a disconnect LeavingMesh
at 1s v connects a
at 1.1s v writes a preamble
at 1.2s v writes a connect
at 3s v writes a disconnect NotUsefulNeighbor
at 1s w connects a
at 1.1s w writes a preamble
at 1.2s w writes a connect
at 4s w writes a disconnect DuplicateNeighbor
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 5s x writes a disconnect DuplicateNodeId
at 1s y connects a
at 1.1s y writes a preamble
at 1.2s y writes a connect
at 6s y writes a disconnect NodeBusy
at 1s z connects a
at 1.1s z writes a preamble
at 1.2s z writes a connect
at 7s z writes a disconnect InternalFailure
at 9s end
---
[   2000ms] u ! writes a disconnect LeavingMesh
[   2010ms] a : link from u is Disconnected (LeavingMesh)
[   2010ms] a > sends End to u
[   3000ms] v ! writes a disconnect NotUsefulNeighbor
[   3010ms] a : link from v is Disconnected (NotUsefulNeighbor)
[   3010ms] a > sends End to v
[   4000ms] w ! writes a disconnect DuplicateNeighbor
[   4010ms] a : link from w is Disconnected (DuplicateNeighbor)
[   4010ms] a > sends End to w
[   5000ms] x ! writes a disconnect DuplicateNodeId
[   5010ms] a : link from x is Disconnected (DuplicateNodeId)
[   5010ms] a > sends End to x
[   6000ms] y ! writes a disconnect NodeBusy
[   6010ms] a : link from y is Disconnected (NodeBusy)
[   6010ms] a > sends End to y
[   7000ms] z ! writes a disconnect InternalFailure
[   7010ms] a : link from z is Disconnected (InternalFailure)
[   7010ms] a > sends End to z
