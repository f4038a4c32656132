-- X17 dotnet-policy, played again: README.md.
--   peermesh run scenarios/captures/dotnet_policy.lua --seed 1 --pcap
--   peermesh compare RUN/run.pcapng scenarios/captures/dotnet-policy.pcap --tolerance scenarios/captures/same.tsv,scenarios/captures/dotnet-policy.tsv
scenario {
  title = "Referrals by policy",
  story = "Four nodes and a newcomer; the resolver decides whether referrals are shared.",
}

network "dotnet-8node"                       -- how long nodes of .NET thought, in another capture
local nodes = recorded "dotnet-policy.pcap"
finish(nodes.ends)
local all = { "0s", nodes.ends }

exact("copies are 2m - n + 1 (T1)", metric.copies{ during = all }, "==", theory.copies{ during = all })
report("octets of a record", metric.wire_size{ during = all }.mean)
