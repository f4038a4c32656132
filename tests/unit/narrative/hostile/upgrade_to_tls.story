# An upgrade that is not configured. framing.md 9 UpgradeInvalid
# rules: FR-9-1
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble upgrade
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble upgrade
[   1110ms] a > sends fault UpgradeInvalid to x
[   1110ms] a > closes the connection to x
[   1110ms] a : x: framing that cannot be served
[   1120ms] x : the connection from a has ended
