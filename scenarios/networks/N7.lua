-- N7, mobile: N2 and 20 to 60 ms more at each end; 5/20 Mbit/s; the bearer is gone for 1 to 15 s now and then, with another address afterwards one time
-- in five. (chosen)
return { title = "mobile", profile = "mobile" }
