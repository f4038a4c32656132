-- N1, wired LAN: 0.1 to 0.3 ms a pair, 1 Gbit/s both ways. (chosen)
return { title = "wired LAN", profile = "lan" }
