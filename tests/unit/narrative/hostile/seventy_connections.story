# Seventy connections at once: 64 are served, the others reset. peer-channel.md 3.5
# rules: FR-12-5
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
hide tcp script
at 1s x connects a 70
show trouble tcp
from 1.015s
at 1.9s a tells
at 2s end
---
[   1020ms] x : the connection from a is reset
[   1020ms] x : the connection from a is reset
[   1020ms] x : the connection from a is reset
[   1020ms] x : the connection from a is reset
[   1020ms] x : the connection from a is reset
[   1020ms] x : the connection from a is reset
