-- X17 dotnet-cross, played again: README.md.
--   peermesh run scenarios/captures/dotnet_cross.lua --seed 90 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-cross.pcap --tolerance scenarios/captures/same.tsv,scenarios/captures/dotnet-cross.tsv
scenario {
  title = "Four that dial each other at once",
  story = "Four nodes start at one moment, find nobody, and dial each other ten seconds later.",
}

network "dotnet-8node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-cross.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

exact("copies are 2m - n + 1 (T1)", metric.copies{ during = all }, "==", theory.copies{ during = all })
report("octets of a record", metric.wire_size{ during = all }.mean)
