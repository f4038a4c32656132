-- X17 dotnet-large, played again: README.md.
--   peermesh run scenarios/captures/dotnet_large.lua --seed 1 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-large.pcap --tolerance scenarios/captures/same.tsv
scenario {
  title = "Large messages",
  story = "Three nodes, messages of 60,000 characters and small ones.",
}

network "dotnet-8node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-large.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

exact("copies are 2m - n + 1 (T1)", metric.copies{ during = all }, "==", theory.copies{ during = all })
report("octets of a record", metric.wire_size{ during = all }.mean)
