# What is no GUID was never registered: an Update registers it. Without a body, a mesh or an address there is a fault, and half a record waits. peer-channel.md 18.4
# rules: PC-18.4-2
resolver
puppet x
at 1s x connects resolver
at 1.1s x writes resolver preamble
at 2s x writes resolver refresh id=nonsense
at 3s x writes resolver unregister id=nonsense
at 4s x writes resolver update id=nonsense
at 5s x writes resolver register null
at 6s x writes resolver update null
at 7s x writes resolver refresh null
at 8s x writes resolver refresh mesh=
at 9s x writes resolver update mesh=
at 9.2s x writes resolver envelope 00 56 02 0B 01 's' 04 0B 01 'a' 06 56 08 44 0A 99 3F 'http://schemas.microsoft.com/net/2006/05/peer/resolver/Register' 01 56 0E 40 08 'Register' 08 2D 'http://schemas.microsoft.com/net/2006/05/peer' 40 08 'ClientId' 99 01 'c' 40 06 'MeshId' 99 04 'mesh' 01 01 01
at 9.4s x writes resolver envelope 00 56 02 0B 01 's' 04 0B 01 'a' 06 56 08 44 0A 99 3D 'http://schemas.microsoft.com/net/2006/05/peer/resolver/Update' 01 56 0E 40 06 'Update' 08 2D 'http://schemas.microsoft.com/net/2006/05/peer' 40 08 'ClientId' 99 01 'c' 40 06 'MeshId' 99 04 'mesh' 01 01 01
at 10s x writes resolver octets 06 80
at 11s x writes resolver octets 01
at 12s end
---
[   1000ms] x ! connects resolver
[   1100ms] x ! writes resolver preamble
[   2000ms] x ! writes resolver refresh id=nonsense
[   2010ms] resolver > sends Fault(a:InternalServiceFault) to x
[   3000ms] x ! writes resolver unregister id=nonsense
[   3010ms] resolver > sends Fault(a:InternalServiceFault) to x
[   4000ms] x ! writes resolver update id=nonsense
[   4010ms] resolver > sends UpdateResponse(600 s) to x
[   5000ms] x ! writes resolver register null
[   5010ms] resolver > sends Fault(a:InternalServiceFault) to x
[   6000ms] x ! writes resolver update null
[   6010ms] resolver > sends Fault(a:InternalServiceFault) to x
[   7000ms] x ! writes resolver refresh null
[   7010ms] resolver > sends Fault(a:InternalServiceFault) to x
[   8000ms] x ! writes resolver refresh mesh=
[   8010ms] resolver > sends Fault(a:InternalServiceFault) to x
[   9000ms] x ! writes resolver update mesh=
[   9010ms] resolver > sends Fault(a:InternalServiceFault) to x
[   9200ms] x ! writes resolver envelope 00 56 02 0B 01 's' 04 0B 01 'a' 06 56 08 44 0A 99 3F 'http://schemas.microsoft.com/net/2006/05/peer/resolver/Register' 01 56 0E 40 08 'Register' 08 2D 'http://schemas.microsoft.com/net/2006/05/peer' 40 08 'ClientId' 99 01 'c' 40 06 'MeshId' 99 04 'mesh' 01 01 01
[   9210ms] resolver > sends Fault(a:InternalServiceFault) to x
[   9400ms] x ! writes resolver envelope 00 56 02 0B 01 's' 04 0B 01 'a' 06 56 08 44 0A 99 3D 'http://schemas.microsoft.com/net/2006/05/peer/resolver/Update' 01 56 0E 40 06 'Update' 08 2D 'http://schemas.microsoft.com/net/2006/05/peer' 40 08 'ClientId' 99 01 'c' 40 06 'MeshId' 99 04 'mesh' 01 01 01
[   9410ms] resolver > sends Fault(a:InternalServiceFault) to x
[  10.000s] x ! writes resolver octets 06 80
[  11.000s] x ! writes resolver octets 01
