# A framing fault in the middle of a session: the output session is closed (End) before the connection. framing.md 9
# rules: FR-9-3
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a welcome
at 2s x writes a framing-fault MaxMessageSizeExceededFault
at 3s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1020ms] a > sends a preamble to x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a welcome
[   1210ms] a : link to x is Connected
[   1210ms] a : is online
[   2000ms] x ! writes a framing-fault MaxMessageSizeExceededFault
[   2010ms] a > sends End to x
[   2010ms] a > closes the connection to x
[   2010ms] a : link to x is Closed
[   2010ms] a : is offline
[   2020ms] x : the connection from a has ended
