-- X17 dotnet-5node, played again: README.md.
--   peermesh run scenarios/captures/dotnet_5node.lua --seed 1 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-5node.pcap --tolerance scenarios/captures/same.tsv,scenarios/captures/dotnet-5node.tsv
scenario {
  title = "Five nodes of .NET",
  story = "Five nodes join one after the other; C leaves, later A; the others are brought back to three neighbors.",
}

network "dotnet-8node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-5node.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

exact("copies are 2m - n + 1 (T1)", metric.copies{ during = all }, "==", theory.copies{ during = all })
report("octets of a record", metric.wire_size{ during = all }.mean)
