# Records that are none, and a fault from an initiator: dropped. framing.md 9
# rules: FR-9-4
resolver
puppet x
puppet y
show tcp framing
at 1s x connects resolver
at 1.1s x writes resolver octets FF
at 2s y connects resolver
at 2.1s y writes resolver preamble
at 2.2s y writes resolver framing-fault Nonsense
at 3s end
---
[   1000ms] x ! connects resolver
[   1100ms] x ! writes resolver octets FF
[   1110ms] resolver > resets the connection to x
[   1120ms] x : the connection from resolver is reset
[   2000ms] y ! connects resolver
[   2100ms] y ! writes resolver preamble
[   2110ms] resolver > sends Ack to y
[   2200ms] y ! writes resolver framing-fault Nonsense
[   2210ms] resolver > resets the connection to y
[   2220ms] y : the connection from resolver is reset
