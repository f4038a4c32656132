-- X17 dotnet-8node, played again: README.md.
--   peermesh run scenarios/captures/dotnet_8node.lua --seed 1 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-8node.pcap --tolerance scenarios/captures/same.tsv
scenario {
  title = "Eight nodes of .NET",
  story = "Eight nodes join one after the other; D leaves in the middle.",
}

network "dotnet-5node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-8node.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

exact("copies are 2m - n + 1 (T1)", metric.copies{ during = all }, "==", theory.copies{ during = all })
report("octets of a record", metric.wire_size{ during = all }.mean)
