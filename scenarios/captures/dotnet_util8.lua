-- X17 dotnet-util8, played again: README.md.
--   peermesh run scenarios/captures/dotnet_util8.lua --seed 1 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-util8.pcap --tolerance scenarios/captures/same.tsv,scenarios/captures/dotnet-util8.tsv
scenario {
  title = "Reports of usefulness, eight nodes",
  story = "360 messages of two of eight nodes: low counts on the links that mostly carry copies.",
}

network "dotnet-8node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-util8.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

exact("copies are 2m - n + 1 (T1)", metric.copies{ during = all }, "==", theory.copies{ during = all })
report("octets of a record", metric.wire_size{ during = all }.mean)
