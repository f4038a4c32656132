# Elements a hundred deep can be read; the action is unknown all the same. binary-xml.md 11
# rules: LIM-1
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 2s x writes a envelope 00 56 02 0B 01 73 04 0B 01 61 06 56 08 44 0A 1E 00 82 99 09 'urn:other' 01 56 0E 400161*100 01*100 01 01
at 3s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1110ms] a > sends Ack to x
[   1200ms] x ! writes a connect
[   1210ms] a > sends Welcome to x with 0 referrals
[   1210ms] a : link from x is Connected
[   1210ms] a : is online
[   2000ms] x ! writes a envelope 00 56 02 0B 01 73 04 0B 01 61 06 56 08 44 0A 1E 00 82 99 09 'urn:other' 01 56 0E 400161*100 01*100 01 01
[   2010ms] a : x: a message that is not allowed in this state
[   2010ms] a > resets the connection to x
[   2010ms] a : link from x is Closed
[   2010ms] a : is offline
[   2020ms] x : the connection from a is reset
