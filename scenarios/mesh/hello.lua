-- Two peers meet and say hello: the smallest mesh there is.
--   peermesh run scenarios/mesh/hello.lua
local p = scenario {
  title  = "Hello",
  story  = "Alice opens a mesh, Bob finds it through the resolver, and they greet each other.",
  params = {
    greeting = "100B",                                -- octets of data in each greeting
    place    = "lan | null | world-homes",            -- where they live: profiles N1, N0, N2
  },
}

network(p.place)

local m     = mesh "hello"
local alice = peers("alice", 1, { mesh = m })
local bob   = peers("bob",   1, { mesh = m, join = "1s" })

-- "settled" is when nobody's neighbors have changed for a minute. Then:
local hello  = send(alice, "Hello, Bob!",   { kind = "hello", size = p.greeting, at = settled + "1s" })
local answer = send(bob,   "Hello, Alice!", { kind = "hello", size = p.greeting, at = hello + "1s" })

finish(answer + "70s")                                -- a message that takes longer than a minute counts as lost

exact("Bob hears Alice",               metric.delivery{ during = hello },  "==", "100%")
exact("Alice hears Bob",               metric.delivery{ during = answer }, "==", "100%")
exact("each greeting crosses the one link once (T1)", metric.copies, "==", theory.copies)
exact("nobody hears it twice",         metric.redundancy, "==", 0)
bound("no greeting beats the network (T2)", metric.latency, ">=", theory.shortest_path)
stat ("and it is there at once",       metric.latency.max, "<=", "500ms")
report("Bob's way into the mesh took", metric.join_time{ of = bob }.max)
report("octets of a greeting on the wire", metric.wire_size.max)

plot("who meets whom", { kind = "mesh", at = answer })
