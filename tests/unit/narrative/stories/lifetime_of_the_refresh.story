# Where the reply to Refresh has a lifetime, a dialect may go by it; a lifetime of 0 says nothing. peer-channel.md 18.5
puppet resolver
peers a
rules maintenance=0 restart_refresh_with_reply=1
from 1s
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a registered lifetime=100s
at 300ms resolver writes a end
at 101s resolver writes a ack
at 101.1s resolver writes a refreshed lifetime=50s
at 101.2s resolver writes a end
at 152s resolver writes a ack
at 152.1s resolver writes a refreshed lifetime=0
at 152.2s resolver writes a end
at 203s resolver writes a ack
at 204s end
---
[ 101.000s] resolver ! writes a ack
[ 101.010s] a > sends Refresh to resolver
[ 101.100s] resolver ! writes a refreshed lifetime=50s
[ 101.110s] a > sends End to resolver
[ 101.200s] resolver ! writes a end
[ 152.000s] resolver ! writes a ack
[ 152.010s] a > sends Refresh to resolver
[ 152.100s] resolver ! writes a refreshed lifetime=0
[ 152.110s] a > sends End to resolver
[ 152.200s] resolver ! writes a end
[ 203.000s] resolver ! writes a ack
[ 203.010s] a > sends Refresh to resolver
