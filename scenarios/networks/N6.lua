-- N6, wireless LAN: one radio channel of 54 Mbit/s for everybody, on which each copy takes its airtime; 1 to 3 ms besides; 0.5 % of the packets lost, four in
-- a row (chosen). A chain of four states instead: loss_chain = { loss = {…4}, worse = {…3}, better = {…3} }; a recorded trace: loss_trace = "radio.txt".
-- Households with a channel each: network("N6", { stations = 4 }).
return { title = "wireless LAN", profile = "wlan" }
