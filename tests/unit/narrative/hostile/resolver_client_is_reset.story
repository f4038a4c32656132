# A client whose connection is reset in the middle of a request is forgotten; so is one that ends its stream. peer-channel.md 18.1
# rules: PC-18.1-1
resolver
puppet x y
show tcp framing
at 1s x connects resolver
at 1s y connects resolver
at 1.1s x writes resolver preamble
at 1.1s y writes resolver preamble
at 2s x writes resolver octets 06 20 00
at 2.1s x resets resolver
at 2.2s y shuts resolver
at 20s end
---
[   1000ms] x ! connects resolver
[   1000ms] y ! connects resolver
[   1100ms] x ! writes resolver preamble
[   1100ms] y ! writes resolver preamble
[   1110ms] resolver > sends Ack to x
[   1110ms] resolver > sends Ack to y
[   2000ms] x ! writes resolver octets 06 20 00
[   2100ms] x ! resets resolver
[   2200ms] y ! shuts resolver
[   2210ms] resolver > closes the connection to y
