-- Think times of .NET nodes for scenarios/captures, by `peermesh calibrate`: calibrated from scenarios/captures/dotnet-5node.pcap: 1 pairs of hosts, 0 lines that were busy, 19 delays.
-- Jitter of the first half against the second: Kolmogorov-Smirnov distance 0.289. Think time of a relay: median 2.035 ms.
return { title = "calibrated", profile = "null",
  delay = "file dotnet-5node-delay.txt",
  jitter = "file dotnet-5node-jitter.txt",
}
