# Silent after the preamble: let go after two minutes. observed.md 2.2
resolver
puppet x
at 1s x connects resolver
at 1.1s x writes resolver preamble
show tcp
at 200s end
---
[   1000ms] x ! connects resolver
[   1100ms] x ! writes resolver preamble
[ 180.000s] resolver > closes the connection to x
[ 180.010s] x : the connection from resolver has ended
