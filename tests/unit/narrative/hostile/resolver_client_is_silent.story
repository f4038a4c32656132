# Three clients that say nothing: before the preamble (30 s), after it (10 minutes), and after End (two minutes, FIN). The
# times run exactly, whatever the clean-up interval. framing.md 12; observed.md 2.2
# rules: PC-18.1-3
resolver
puppet x y z
show tcp framing
at 1s x connects resolver
at 1s y connects resolver
at 1s z connects resolver
at 1.1s x writes resolver octets 0001000102
at 1.1s y writes resolver preamble
at 1.1s z writes resolver preamble
at 2s z writes resolver get-settings
at 3s z writes resolver end
at 700s end
---
[   1000ms] x ! connects resolver
[   1000ms] y ! connects resolver
[   1000ms] z ! connects resolver
[   1100ms] x ! writes resolver octets 0001000102
[   1100ms] y ! writes resolver preamble
[   1100ms] z ! writes resolver preamble
[   1110ms] resolver > sends Ack to y
[   1110ms] resolver > sends Ack to z
[   2000ms] z ! writes resolver get-settings
[   2010ms] resolver > sends GetServiceSettingsResponse(share referrals) to z
[   3000ms] z ! writes resolver end
[   3010ms] resolver > sends End to z
[  31.010s] resolver > resets the connection to x
[  31.020s] x : the connection from resolver is reset
[ 123.010s] resolver > closes the connection to z
[ 123.020s] z : the connection from resolver has ended
[ 601.110s] resolver > resets the connection to y
[ 601.120s] y : the connection from resolver is reset
