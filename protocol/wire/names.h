/* Names and URIs of [MC-PRCH] and [MC-PRCR] messages. */
#ifndef PC_WIRE_NAMES_H
#define PC_WIRE_NAMES_H

#define PC_SOAP12       "http://www.w3.org/2003/05/soap-envelope"
#define PC_ADDRESSING   "http://www.w3.org/2005/08/addressing"
#define PC_ANONYMOUS    PC_ADDRESSING "/anonymous"
#define PC_PEER         "http://schemas.microsoft.com/net/2006/05/peer"
#define PC_HOP_COUNT    PC_PEER "/HopCount"
#define PC_RESOLVER     PC_PEER "/resolver"
#define PC_XSI          "http://www.w3.org/2001/XMLSchema-instance"
#define PC_SYSTEM_NET   "http://schemas.datacontract.org/2004/07/System.Net"
#define PC_ARRAYS       "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
#define PC_DISPATCHER   "http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher"

#endif
