# Back from sleep: Ping to every neighbor, and a maintenance cycle as there are fewer than three. peer-channel.md 8.3
# rules: PC-8.3-3 PC-8.3-4
resolver
peers a b
hide end
from 50s
at 0 a starts
at 1s b starts
at 50s b resumes
at 51s end
---
[  50.000s] b ! resumes
[  50.000s] b > sends Ping to a
[  50.000s] b : begins a maintenance cycle, 1 neighbor
[  50.020s] b > sends Resolve(3) to resolver
[  50.030s] resolver > sends ResolveResponse to b with 2 addresses: a, b
[  50.060s] b : resolved 2 addresses, 0 usable
[  50.080s] b > sends Resolve(3) to resolver
[  50.090s] resolver > sends ResolveResponse to b with 2 addresses: a, b
[  50.120s] b : resolved 2 addresses, 0 usable
[  50.120s] b : ends the cycle, 1 neighbor
