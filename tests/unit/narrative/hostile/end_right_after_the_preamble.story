# Preamble, Ack, End: a peer that closed while it dialled. observed.md 2.2
# rules: FR-8-1
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a end
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1110ms] a > sends Ack to x
[   1200ms] x ! writes a end
[   1210ms] a > sends End to x
[   1210ms] a : link from x is Closed
