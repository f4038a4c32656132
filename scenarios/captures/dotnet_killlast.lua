-- X17 dotnet-killlast, played again: README.md.
--   peermesh run scenarios/captures/dotnet_killlast.lua --seed 1 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-killlast.pcap --tolerance scenarios/captures/same.tsv
scenario {
  title = "The last neighbor is killed",
  story = "A node loses its only neighbor without a word.",
}

network "dotnet-8node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-killlast.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

exact("copies are 2m - n + 1 (T1)", metric.copies{ during = all }, "==", theory.copies{ during = all })
report("octets of a record", metric.wire_size{ during = all }.mean)
