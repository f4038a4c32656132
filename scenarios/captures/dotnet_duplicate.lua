-- X17 dotnet-duplicate, played again: README.md.
--   peermesh run scenarios/captures/dotnet_duplicate.lua --seed 32 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-duplicate.pcap --tolerance scenarios/captures/same.tsv
scenario {
  title = "A second session of a pair",
  story = "A node that has fallen below two and one that its maintenance calls dial each other: Ping and Refuse.",
}

network "dotnet-8node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-duplicate.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

exact("copies are 2m - n + 1 (T1)", metric.copies{ during = all }, "==", theory.copies{ during = all })
report("octets of a record", metric.wire_size{ during = all }.mean)
