-- N2, homes all over the world: half the region matrix, a last mile of 3 to 12 ms at each end, 1 ms; 20/100 Mbit/s (a tenth 100/100, a fifth 1/10);
-- jitter with sigma 0.1 of the delay. Matrix and weights of the regions: libp2p interoperability test plan.
return { title = "world, homes", profile = "world-homes" }
