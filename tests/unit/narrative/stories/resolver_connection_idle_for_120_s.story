# A client lets its pooled connection go after two minutes. observed.md 2.2
# rules: PC-18.1-3
resolver
peers a
rules maintenance=0
show tcp framing
at 0 a starts
at 200s end
---
[      0ms] a ! starts
[      0ms] a > dials resolver
[     20ms] a > sends a preamble to resolver
[     30ms] resolver > sends Ack to a
[     40ms] a > sends Register to resolver
[     50ms] resolver > sends RegisterResponse(600 s) to a
[     60ms] a > sends End to resolver
[     70ms] resolver > sends End to a
[     80ms] a : is open
[ 120.070s] resolver > closes the connection to a
[ 120.080s] a > closes the connection to resolver
