# HTTP on the port: the first octet is no record. framing.md 13 BAD_ORDER
# rules: FR-13-1
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a octets 'GET_/_HTTP/1.1' 0D 0A 0D 0A
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a octets 'GET_/_HTTP/1.1' 0D 0A 0D 0A
[   1110ms] a > resets the connection to x
[   1110ms] a : x: framing that cannot be served
[   1120ms] x : the connection from a is reset
