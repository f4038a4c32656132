-- X17 dotnet-hops, played again: README.md.
--   peermesh run scenarios/captures/dotnet_hops.lua --seed 71 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-hops.pcap --tolerance scenarios/captures/same.tsv
scenario {
  title = "Messages with a hop count",
  story = "Five nodes, messages that may take one to four links.",
}

network "dotnet-8node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-hops.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

report("copies", metric.copies{ during = all }.mean)   -- hop counts end floods early
report("octets of a record", metric.wire_size{ during = all }.mean)
