-- X17 dotnet-resolver, played again: README.md.
--   peermesh run scenarios/captures/dotnet_resolver.lua --seed 1 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-resolver.pcap --tolerance scenarios/captures/same.tsv
scenario {
  title = "Refresh and Update",
  story = "Registrations of a short life: Refresh when they are over.",
}

network "dotnet-8node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-resolver.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

exact("copies are 2m - n + 1 (T1)", metric.copies{ during = all }, "==", theory.copies{ during = all })
report("octets of a record", metric.wire_size{ during = all }.mean)
