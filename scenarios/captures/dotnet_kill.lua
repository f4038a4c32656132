-- X17 dotnet-kill, played again: README.md.
--   peermesh run scenarios/captures/dotnet_kill.lua --seed 1 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-kill.pcap --tolerance scenarios/captures/same.tsv
scenario {
  title = "A node is killed",
  story = "B is killed while messages are sent; a newcomer may be given its address.",
}

network "dotnet-8node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-kill.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

exact("copies are 2m - n + 1 (T1)", metric.copies{ during = all }, "==", theory.copies{ during = all })
report("octets of a record", metric.wire_size{ during = all }.mean)
