# Nobody answers, not even a reset: the open time-out (60 s) ends the attempt. peer-channel.md 10.1
peers a b
rules maintenance=0
silent 10.0.0.9
show tcp
at 0 a,b starts
at 1s b dials a at 10.0.0.9
at 62s end
---
