-- X17 dotnet-2node, played again: README.md.
--   peermesh run scenarios/captures/dotnet_2node.lua --seed 1 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-2node.pcap --tolerance scenarios/captures/same.tsv
scenario {
  title = "Two nodes of .NET",
  story = "Two nodes, six messages, one leaves; the other then asks the resolver twice.",
}

network "dotnet-8node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-2node.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

exact("copies are 2m - n + 1 (T1)", metric.copies{ during = all }, "==", theory.copies{ during = all })
report("octets of a record", metric.wire_size{ during = all }.mean)
