-- N5, slow uplinks: N2 with 128 kbit/s, 500 kbit/s or 1 Mbit/s up (Donnybrook: 128), and packets lost in the evening by class of home (FCC, Measuring
-- Broadband America): below 0.4 %, up to 1 %, above.
return { title = "slow uplink", profile = "slow-uplink" }
