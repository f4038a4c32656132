-- N0, null: 10 ms one way between any two, no limit of rates. For exact tests. (chosen)
return { title = "null", profile = "null" }
