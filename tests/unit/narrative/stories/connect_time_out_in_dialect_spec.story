# The connection is dropped without a word. [MC-PRCH] 3.1.6.4.4; peer-channel.md 9.2
# rules: PC-9.2-3
peers a
puppet x
dialect spec
rules maintenance=0
show end tcp
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 2s x connects a
at 2.1s x writes a preamble
at 100s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   2000ms] x ! connects a
[   2100ms] x ! writes a preamble
[  61.110s] a : x: no answer within the connect time-out
[  61.110s] a > resets the connection to x
[  61.110s] a : link to x is Closed
[  61.120s] x : the connection from a is reset
[  62.110s] a : x: no answer within the connect time-out
[  62.110s] a > resets the connection to x
[  62.110s] a : link from x is Closed
[  62.120s] x : the connection from a is reset
