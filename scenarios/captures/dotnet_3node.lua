-- X17 dotnet-3node, played again: README.md.
--   peermesh run scenarios/captures/dotnet_3node.lua --seed 1 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-3node.pcap --tolerance scenarios/captures/same.tsv
scenario {
  title = "Three nodes of .NET",
  story = "Three nodes, each linked to both others; B leaves in the middle.",
}

network "dotnet-8node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-3node.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

exact("copies are 2m - n + 1 (T1)", metric.copies{ during = all }, "==", theory.copies{ during = all })
report("octets of a record", metric.wire_size{ during = all }.mean)
