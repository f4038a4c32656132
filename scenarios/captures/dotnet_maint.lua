-- X17 dotnet-maint, played again: README.md.
--   peermesh run scenarios/captures/dotnet_maint.lua --seed 3 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-maint.pcap --tolerance scenarios/captures/same.tsv,scenarios/captures/dotnet-maint.tsv
scenario {
  title = "Maintenance after five minutes",
  story = "Seven nodes past the maintenance of each; D is killed after two minutes.",
}

network "dotnet-8node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-maint.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

exact("copies are 2m - n + 1 (T1)", metric.copies{ during = all }, "==", theory.copies{ during = all })
report("octets of a record", metric.wire_size{ during = all }.mean)
