# Nobody answers, not even a reset: the open time-out (60 s) ends the attempt. peer-channel.md 10.1
# rules: PC-10.1-4
peers a b
rules maintenance=0
silent 10.0.0.9
show tcp
at 0 a,b starts
at 1s b dials a at 10.0.0.9
at 62s end
---
[      0ms] a ! starts
[      0ms] a : is open
[      0ms] b ! starts
[      0ms] b : is open
[   1000ms] b ! dials a at 10.0.0.9
[   1000ms] b > dials 10.0.0.9:50000
[  61.000s] b > resets the connection to 10.0.0.9:50000
[  61.000s] b : a cannot be reached
