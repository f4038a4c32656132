# Nobody listens at the resolver: a Resolve counts as an empty list, a Register fails the open. peer-channel.md 18.5
# peer-channel.md 18.5
resolver
peers a
show tcp
at 0 resolver dies
at 1s a starts
at 12s end
---
[      0ms] resolver ! dies
[   1000ms] a ! starts
[   1000ms] a : begins the initial cycle, 0 neighbors
[   1000ms] a > dials resolver
[   1020ms] a : Resolve has failed
[   1020ms] a : resolved 0 addresses, 0 usable
[   1020ms] a : ends the cycle, 0 neighbors
[   1020ms] a > dials resolver
[   1040ms] a : Register has failed
[   1040ms] a : cannot open: the resolver could not register the node
