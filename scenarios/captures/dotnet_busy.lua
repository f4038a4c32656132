-- X17 dotnet-busy, played again: README.md.
--   peermesh run scenarios/captures/dotnet_busy.lua --seed 5 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-busy.pcap --tolerance scenarios/captures/same.tsv,scenarios/captures/dotnet-busy.tsv
scenario {
  title = "Ten nodes and a full one",
  story = "The resolver hands out one address only; that node is full at seven, refuses, and refers to others.",
}

network "dotnet-8node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-busy.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

exact("copies are 2m - n + 1 (T1)", metric.copies{ during = all }, "==", theory.copies{ during = all })
report("octets of a record", metric.wire_size{ during = all }.mean)
