# A node with twelve neighbors names the first ten. peer-channel.md 10.6
# rules: PC-10.6-1
peers a b c d e f g h i j k l m
peers n
rules maintenance=0 max_neighbors=20
from 19s
hide state
at 0 a,b,c,d,e,f,g,h,i,j,k,l,m,n starts
at 1s b dials a
at 2s c dials a
at 3s d dials a
at 4s e dials a
at 5s f dials a
at 6s g dials a
at 7s h dials a
at 8s i dials a
at 9s j dials a
at 10s k dials a
at 11s l dials a
at 12s m dials a
at 20s n dials a
at 21s end
---
[  20.000s] n ! dials a
[  20.040s] n > sends Connect to a
[  20.050s] a > sends Welcome to n with 10 referrals: b, c, d, e, f, g, h, i, j, k
[  20.060s] n : keeps 10 of 10 referrals
[  20.060s] n : is online
