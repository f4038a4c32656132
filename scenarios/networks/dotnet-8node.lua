-- Think times of .NET nodes for scenarios/captures, by `peermesh calibrate`: calibrated from scenarios/captures/dotnet-8node.pcap: 1 pairs of hosts, 0 lines that were busy, 30 delays.
-- Jitter of the first half against the second: Kolmogorov-Smirnov distance 0.333. Think time of a relay: median 2.787 ms.
return { title = "calibrated", profile = "null",
  delay = "file dotnet-8node-delay.txt",
  jitter = "file dotnet-8node-jitter.txt",
}
