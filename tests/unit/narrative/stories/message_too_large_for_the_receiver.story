# x does not keep to the limit: the receiver answers with the framing fault and closes. framing.md 11, 13
# rules: FR-9-2 FR-12-2
peers a
puppet x
rules maintenance=0
show tcp
from 5s
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 5s x writes a flood size=66000
at 6s end
---
[   5000ms] x ! writes a flood size=66000
[   5010ms] a > sends fault MaxMessageSizeExceededFault to x
[   5010ms] a > closes the connection to x
[   5010ms] a : x: framing that cannot be served
[   5010ms] a : link from x is Closed
[   5010ms] a : is offline
[   5020ms] x : the connection from a has ended
