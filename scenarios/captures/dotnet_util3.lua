-- X17 dotnet-util3, played again: README.md.
--   peermesh run scenarios/captures/dotnet_util3.lua --seed 6 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-util3.pcap --tolerance scenarios/captures/same.tsv,scenarios/captures/dotnet-util3.tsv
scenario {
  title = "Reports of usefulness, three nodes",
  story = "240 messages at 25 to 33 a second, then 30 idle seconds.",
}

network "dotnet-8node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-util3.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

exact("copies are 2m - n + 1 (T1)", metric.copies{ during = all }, "==", theory.copies{ during = all })
report("octets of a record", metric.wire_size{ during = all }.mean)
