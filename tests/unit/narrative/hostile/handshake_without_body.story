# A handshake message whose body is nil or missing ends the link. peer-channel.md 9.3
# rules: PC-9.3-11
peers a
puppet x
rules maintenance=0 pool_connections=0
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect null
at 2s a dials x
at 2.1s x writes a ack
at 2.2s x writes a welcome null
at 3s a dials x
at 3.1s x writes a ack
at 3.2s x writes a refuse NodeBusy null
at 4s x connects a
at 4.1s x writes a preamble
at 4.2s x writes a connect
at 4.3s x writes a disconnect NodeBusy null
at 5s x connects a
at 5.1s x writes a preamble
at 5.2s x writes a connect id=100
at 5.3s x writes a disconnect NodeBusy null
at 6s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1200ms] x ! writes a connect null
[   1210ms] a : x: a handshake message without body
[   1210ms] a : link from x is Closed
[   2000ms] a ! dials x
[   2100ms] x ! writes a ack
[   2110ms] a > sends Connect to x
[   2200ms] x ! writes a welcome null
[   2210ms] a : x: a handshake message without body
[   2210ms] a : link to x is Closed
[   3000ms] a ! dials x
[   3100ms] x ! writes a ack
[   3110ms] a > sends Connect to x
[   3200ms] x ! writes a refuse NodeBusy null
[   3210ms] a : x: a handshake message without body
[   3210ms] a : link to x is Closed
[   4000ms] x ! connects a
[   4100ms] x ! writes a preamble
[   4200ms] x ! writes a connect
[   4210ms] a > sends Welcome to x with 0 referrals
[   4210ms] a : link from x is Connected
[   4210ms] a : is online
[   4300ms] x ! writes a disconnect NodeBusy null
[   4310ms] a : x: a handshake message without body
[   4310ms] a : link from x is Closed
[   4310ms] a : is offline
[   5000ms] x ! connects a
[   5100ms] x ! writes a preamble
[   5200ms] x ! writes a connect id=100
[   5210ms] a : link from x is Disconnecting (DuplicateNodeId)
[   5210ms] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[   5210ms] a > sends End to x
[   5300ms] x ! writes a disconnect NodeBusy null
[   5310ms] a : x: a handshake message without body
[   5310ms] a : link from x is Closed (DuplicateNodeId)
