# The encoding may be given by its content type; another content type is refused, and so is a Via that leads elsewhere.
# framing.md 4, 9
# rules: FR-9-1
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a octets 000100010202 0D 'net.tcp://h/x' 04 1E 'application/soap+msbinsession1' 0C
at 2s x connects a
at 2.1s x writes a octets 000100010202 0D 'net.tcp://h/x' 04 08 'text/xml' 0C
at 3s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a octets 000100010202 0D 'net.tcp://h/x' 04 1E 'application/soap+msbinsession1' 0C
[   1110ms] a > sends fault EndpointNotFound to x
[   1110ms] a > closes the connection to x
[   1110ms] a : x: framing that cannot be served
[   1120ms] x : the connection from a has ended
[   2000ms] x ! connects a
[   2100ms] x ! writes a octets 000100010202 0D 'net.tcp://h/x' 04 08 'text/xml' 0C
[   2110ms] a > sends fault ContentTypeInvalid to x
[   2110ms] a > closes the connection to x
[   2110ms] a : x: framing that cannot be served
[   2120ms] x : the connection from a has ended
