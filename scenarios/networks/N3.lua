-- N3, King: round trips between 1740 name servers, halved, drawn with replacement, and last mile and lines of N2. The data set may not be shipped: this is
-- made up after it (sim/made_up.c). With the published file beside your script: network("king", { matrix = "mking-t" }),
-- from http://pdos.csail.mit.edu/p2psim/kingdata/ ("uking-t": add matrix_unit = "1us").
return { title = "King", profile = "king" }
