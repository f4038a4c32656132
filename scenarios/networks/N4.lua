-- N4, cities: pings between them, halved; 100 Mbit/s. Made up, too. With published ones: network("cities", { matrix = "pings.csv" }),
-- from https://wonderproxy.com/blog/a-day-in-the-life-of-the-internet/ (unpacked).
return { title = "cities", profile = "cities" }
