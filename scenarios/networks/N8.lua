-- N8, NAT mix: nobody can connect to 64 % of the homes of N2 (share of peers behind NAT or firewall: Delft P2P trace archive; Peer Channel punches no
-- holes). Teredo or IPv6 as remedy: network("N8", { teredo = "50%" }).
return { title = "NAT mix", profile = "world-homes", nat = "64%" }
