# Only an open node publishes. peer-channel.md 13.2
peers a
rules maintenance=0
at 1s a starts
at 2s a leaves
at 3s a publishes
at 4s end
---
[   1000ms] a ! starts
[   1000ms] a : is open
[   2000ms] a ! leaves
[   2000ms] a : has left
[   3000ms] a ! publishes
[   3000ms] a : cannot publish: the node is not open
