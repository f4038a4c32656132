-- peerchannel.lua: WCF Peer Channel in Wireshark and tshark (3.6 or later): [MC-PRCH] and [MC-PRCR] messages in .NET binary XML.
--
-- Copy it to the personal Lua plugin folder (make install-wireshark), or: tshark -X lua_script:peerchannel.lua -r FILE.
-- Connections are recognised by their first octets, on any port. README.md beside this file says how to filter, and what is not there.
--
-- Wireshark's own MC-NMF dissector takes each segment by itself, and scripts cannot call it: so records are put together here, under the
-- same field names. In order: fields, state, binary XML, message, tree, framing records, entry, static dictionary.

local peerchannel = Proto("peerchannel", "WCF Peer Channel")

local SOAP       = "http://www.w3.org/2003/05/soap-envelope"
local ADDRESSING = "http://www.w3.org/2005/08/addressing"
local XSI        = "http://www.w3.org/2001/XMLSchema-instance"
local PEER       = "http://schemas.microsoft.com/net/2006/05/peer"
local HOP_COUNT  = PEER .. "/HopCount"
local RESOLVER   = PEER .. "/resolver"
local SYSTEM_NET = "http://schemas.datacontract.org/2004/07/System.Net"

local MAX_ENVELOPE = 16 * 1024 * 1024 -- octets; a longer one is taken for octets that are no record
local MAX_TEXT     = 4096             -- octets of a Via, an encoding, an upgrade's name, a fault
local MAX_DEPTH    = 128              -- of elements, as .NET has it

---- fields ----

local function string_field(name, title)
  return ProtoField.string("peerchannel." .. name, title)
end

local F = {
  message         = string_field("message", "Message"),
  action          = string_field("action", "Action"),
  to              = string_field("to", "To"),
  messageid       = string_field("messageid", "Message id"),
  relatesto       = string_field("relatesto", "Relates to"),
  replyto         = string_field("replyto", "Reply to"),
  peerto          = string_field("peerto", "Peer to"),
  peervia         = string_field("peervia", "Peer via"),
  flooder         = string_field("floodmessage", "Flood message"),
  hops            = ProtoField.uint64("peerchannel.hops", "Hops"),
  nodeid          = ProtoField.uint64("peerchannel.nodeid", "Node id"),
  reason          = string_field("reason", "Reason"),
  address         = string_field("address", "Address"),
  ip              = ProtoField.ipv4("peerchannel.ip", "IPv4 address"),
  referral        = string_field("referral", "Referral"),
  referral_node   = ProtoField.uint64("peerchannel.referral.nodeid", "Node id of a referral"),
  total           = ProtoField.uint64("peerchannel.total", "Total"),
  useful          = ProtoField.uint64("peerchannel.useful", "Useful"),
  meshid          = string_field("meshid", "Mesh id"),
  clientid        = string_field("clientid", "Client id"),
  registrationid  = string_field("registrationid", "Registration id"),
  lifetime        = string_field("lifetime", "Registration lifetime"),
  maxaddresses    = ProtoField.uint64("peerchannel.maxaddresses", "Max addresses"),
  result          = string_field("result", "Result"),
  controlshape    = string_field("controlmeshshape", "Control mesh shape"),
  body            = string_field("body", "Body in short"),
  element         = string_field("element", "Element"),
  attribute       = string_field("attribute", "Attribute"),
  text            = string_field("text", "Text"),
  session_string  = string_field("sessionstring", "New session string"),
  payload         = ProtoField.bytes("peerchannel.undecoded", "Octets that are not decoded"),
}

-- Names of records and fields are those of Wireshark's MC-NMF dissector, so that its filters find the same records here.
local RECORDS = { [0] = "Version", "Mode", "Via", "KnownEncoding", "ExtensibleEncoding", "UnsizedEnvelope", "SizedEnvelope", "End", "Fault",
                  "UpgradeRequest", "UpgradeResponse", "PreambleAck", "PreambleEnd" }
local MODES = { "Singleton-Unsized", "Duplex", "Simplex", "Singleton-Sized" }
local ENCODINGS = { [0] = "SOAP 1.1, UTF-8", "SOAP 1.1, UTF-16", "SOAP 1.1, UTF-16 little endian", "SOAP 1.2, UTF-8", "SOAP 1.2, UTF-16",
                    "SOAP 1.2, UTF-16 little endian", "MTOM", "binary", "binary with a dictionary for the session" }

local NMF = {
  record_type    = ProtoField.uint8("mc-nmf.record_type", "Record", base.DEC, RECORDS),
  major_version  = ProtoField.uint8("mc-nmf.major_version", "Major version"),
  minor_version  = ProtoField.uint8("mc-nmf.minor_version", "Minor version"),
  mode           = ProtoField.uint8("mc-nmf.mode", "Mode", base.DEC, MODES),
  via            = ProtoField.string("mc-nmf.via", "Via"),
  known_encoding = ProtoField.uint8("mc-nmf.known_encoding", "Known encoding", base.DEC, ENCODINGS),
  encoding_type  = ProtoField.string("mc-nmf.encoding_type", "Encoding"),
  fault          = ProtoField.string("mc-nmf.fault", "Fault"),
  upgrade        = ProtoField.string("mc-nmf.upgrade", "Upgrade"),
  payload_length = ProtoField.uint32("mc-nmf.payload_length", "Size"),
  payload        = ProtoField.bytes("mc-nmf.payload", "Payload"),
}

local function remark(name, text, severity)
  return ProtoExpert.new("peerchannel." .. name, text, expert.group.UNDECODED, severity or expert.severity.WARN)
end

local E = {
  undecodable = remark("undecodable", "This envelope cannot be decoded"),
  unknown     = remark("unknownstring", "A session string that came in no earlier frame of this capture"),
  cut         = remark("cut", "This record is cut short in the capture", expert.severity.NOTE),
  lost        = remark("lost", "No framing record begins here: octets before it are not in the capture"),
}

do
  local fields, remarks = {}, {}
  for _, field in pairs(F) do fields[#fields + 1] = field end
  for _, field in pairs(NMF) do fields[#fields + 1] = field end
  for _, item in pairs(E) do remarks[#remarks + 1] = item end
  peerchannel.fields, peerchannel.experts = fields, remarks
end

-- The leaves of a body and of a header block that have a field of their own: namespace, then local name.
local HEADERS = {
  [ADDRESSING] = { Action = "action", To = "to", MessageID = "messageid", RelatesTo = "relatesto", Address = "replyto" },
  [PEER]       = { MessageID = "messageid", PeerTo = "peerto", PeerVia = "peervia", FloodMessage = "flooder" },
  [HOP_COUNT]  = { Hops = "hops" },
}
local MEMBERS = {
  [ADDRESSING] = { Address = "address" },
  [PEER] = {
    NodeId = "nodeid", Reason = "reason", Total = "total", Useful = "useful", MeshId = "meshid", ClientId = "clientid",
    RegistrationId = "registrationid", RegistrationLifetime = "lifetime", MaxAddresses = "maxaddresses", Result = "result",
    ControlMeshShape = "controlshape",
  },
}
local NUMBERS = { hops = true, nodeid = true, referral_node = true, total = true, useful = true, maxaddresses = true }

---- state ----
-- What a frame means depends on frames before it: which session it belongs to, and the session's string tables. Frames are seen once in
-- their order and then in any order, perhaps twice; so what is learnt carries the number of its frame, and nothing is ever taken back. A
-- table only grows, and an id means the same string for the whole session: it need not be cut to what was known at a frame.

local connections = {} -- by both ends: { sessions = list in order of frames }

function peerchannel.init()
  connections = {}
end

local function new_session(frame, whole)
  -- whole: its beginning is in the capture; ended: by source, whether that side has sent its End
  return { frame = frame, whole = whole, encoding = 8, tables = {}, ended = {} }
end

local function ends_of(pinfo)
  return tostring(pinfo.src) .. " " .. pinfo.src_port, tostring(pinfo.dst) .. " " .. pinfo.dst_port
end

local function connection_of(source, destination)
  local key = source < destination and source .. " " .. destination or destination .. " " .. source
  local connection = connections[key]
  if not connection then
    connection = { sessions = { new_session(0, false) } }
    connections[key] = connection
  end
  return connection
end

-- The last session that began in this frame or before it, and its place. (tshark -R gives the same number to several frames.)
local function session_at(connection, frame)
  for i = #connection.sessions, 2, -1 do
    if connection.sessions[i].frame <= frame then return connection.sessions[i], i end
  end
  return connection.sessions[1], 1
end

-- The session that a Version record in this frame is of, and its place. An initiator sends a preamble after its End, or on a connection that
-- was not known (`fresh`); else this one was sent again.
local function enter_session(connection, pinfo, source, fresh)
  local last = connection.sessions[#connection.sessions]
  if pinfo.visited or last.whole and not last.ended[source] and not fresh then return session_at(connection, pinfo.number) end
  connection.sessions[#connection.sessions + 1] = new_session(pinfo.number, true)
  return connection.sessions[#connection.sessions], #connection.sessions
end

-- The strings of one direction of a session, { text = …, frame = … }; the n-th is dictionary id 2n - 1.
local function table_of(session, source)
  local strings = session.tables[source]
  if not strings then
    strings = { known = {}, holds_before = session.whole and math.huge or 0 } -- a frame: ids of what comes from it on are not certain
    session.tables[source] = strings
  end
  return strings
end

-- Strings that an envelope brings. A frame that is looked at again and a segment that was sent again bring nothing: the same octets
-- cannot come twice, because a writer looks each string up before it adds it.
local function add_strings(strings, octets, list, frame)
  if strings.known[octets] then return end
  strings.known[octets] = true
  for _, string in ipairs(list) do strings[#strings + 1] = { text = string.text, frame = frame } end
end

local function string_at(strings, index)
  local string = strings[index]
  return string and string.frame < strings.holds_before and string.text
end

-- From this frame on strings may be missing, so that nobody knows which id is whose.
local function lose_strings(strings, frame)
  strings.holds_before = math.min(strings.holds_before, frame)
end

---- binary XML: [MC-NBFX], [MC-NBFS], [MC-NBFSE] ----
-- A cursor walks through a payload: `octets` as a Lua string, `range` the same as a TvbRange, `at` the octets taken so far. What is wrong
-- is raised as a table { why = …, cut = true where the payload merely ends }, and caught in attempt().

local STATIC = {} -- the 487 strings of [MC-NBFS], from the end of this file

local function refuse(why)
  error({ why = why }, 0)
end

local function take(cursor, count)
  local from = cursor.at
  if from + count > #cursor.octets then error({ why = "it ends inside a record", cut = true }, 0) end
  cursor.at = from + count
  return from
end

local function octet(cursor)
  return cursor.octets:byte(take(cursor, 1) + 1)
end

-- A number of `size` octets, lowest first.
local function little(cursor, size)
  local from, value = take(cursor, size), 0
  for i = size, 1, -1 do value = value * 256 + cursor.octets:byte(from + i) end
  return value
end

local function signed(cursor, size)
  local value, half = little(cursor, size), 2 ^ (8 * size - 1)
  return string.format("%d", value >= half and value - 2 * half or value)
end

-- MultiByteInt31: 7 bits an octet, lowest first, at most 5 octets.
local function multibyte(cursor)
  local value, weight = 0, 1
  for i = 1, 5 do
    local o = octet(cursor)
    if i == 5 and o > 7 then refuse("a number of more than 31 bits") end
    value = value + o % 128 * weight
    if o < 128 then return value end
    weight = weight * 128
  end
end

local function literal(cursor, size)
  size = size or multibyte(cursor)
  local from = take(cursor, size)
  return cursor.octets:sub(from + 1, from + size)
end

-- A string by its id: even ones are static, odd ones of the session.
local function dictionary(cursor)
  local id = multibyte(cursor)
  if id % 2 == 0 then return STATIC[id / 2 + 1] or refuse("static string " .. id .. " does not exist") end
  local found = cursor.strings and string_at(cursor.strings, (id + 1) / 2)
  if not found then
    cursor.unknown = true
    found = string.format("{session string %d}", id)
  end
  return found
end

local function fraction(ticks)
  return ticks == 0 and "" or string.format(".%07d", ticks):gsub("0+$", "")
end

-- 64 bits in 100 ns as whole seconds and the rest; a Lua number of some versions is exact to 53 bits only.
local function seconds_of(ticks)
  return (ticks / 10000000):tonumber(), (ticks % 10000000):tonumber()
end

-- A date of the proleptic Gregorian calendar, from days since 0001-01-01; counted from March, so that a leap day ends its year.
local function date(days)
  local function div(a, b) return math.floor(a / b) end
  local z = days + 306
  local era, doe = div(z, 146097), z % 146097
  local yoe = div(doe - div(doe, 1460) + div(doe, 36524) - div(doe, 146096), 365)
  local doy = doe - (365 * yoe + div(yoe, 4) - div(yoe, 100))
  local mp = div(5 * doy + 2, 153)
  local month = mp < 10 and mp + 3 or mp - 9
  return string.format("%04d-%02d-%02d", yoe + era * 400 + (month <= 2 and 1 or 0), month, doy - div(153 * mp + 2, 5) + 1)
end

-- The top two bits say whose time it is, the others are ticks since the year 1. Local ones hold the UTC instant.
local function date_time(cursor)
  local from = take(cursor, 8)
  local low, high = cursor.range(from, 4):le_uint(), cursor.range(from + 4, 4):le_uint()
  local seconds, rest = seconds_of(UInt64.new(low, high % 2 ^ 30))
  local clock = string.format("T%02d:%02d:%02d", math.floor(seconds / 3600) % 24, math.floor(seconds / 60) % 60, seconds % 60)
  local zone = ({ [0] = "", "Z", "+00:00", "+00:00" })[math.floor(high / 2 ^ 30)]
  return date(math.floor(seconds / 86400)) .. clock .. fraction(rest) .. zone
end

local function duration(cursor)
  local value = cursor.range(take(cursor, 8), 8):le_int64()
  local negative = value < Int64.new(0)
  local seconds, rest = seconds_of(UInt64.new((negative and -value or value):lower(), (negative and -value or value):higher()))
  local function part(count, unit) return count == 0 and "" or string.format("%d%s", count, unit) end
  local days = part(math.floor(seconds / 86400), "D")
  local time = part(math.floor(seconds / 3600) % 24, "H") .. part(math.floor(seconds / 60) % 60, "M")
  if seconds % 60 ~= 0 or rest ~= 0 then time = time .. string.format("%d", seconds % 60) .. fraction(rest) .. "S" end
  if days == "" and time == "" then time = "0S" end
  return (negative and "-P" or "P") .. days .. (time == "" and "" or "T" .. time)
end

-- 96 bits with a point `scale` digits from the right: divided by ten until nothing is left, 32 bits at a time.
local function decimal(cursor)
  take(cursor, 2)
  local scale, sign = octet(cursor), octet(cursor)
  if scale > 28 then refuse("a decimal with a scale above 28") end
  local high = little(cursor, 4)
  local low, middle = little(cursor, 4), little(cursor, 4)
  local limbs, digits = { high, middle, low }, ""
  repeat
    local rest, more = 0, false
    for i = 1, 3 do
      local value = rest * 2 ^ 32 + limbs[i]
      limbs[i], rest = math.floor(value / 10), value % 10
      more = more or limbs[i] > 0
    end
    digits = string.format("%d", rest) .. digits
  until not more and #digits > scale
  if scale > 0 then digits = digits:sub(1, -scale - 1) .. "." .. digits:sub(-scale) end
  return (sign > 0 and "-" or "") .. digits
end

-- As .NET prints it: so many digits, or two more where fewer do not read back equal (rounded to its size).
local function floating(size, digits)
  return function (cursor)
    local value = cursor.range(take(cursor, size), size):le_float()
    if value ~= value then return "NaN" end
    if value == math.huge or value == -math.huge then return value > 0 and "INF" or "-INF" end
    local text = string.format("%." .. digits .. "G", value)
    local form = size == 4 and "<f" or "<d"
    if Struct.unpack(form, Struct.pack(form, tonumber(text))) == value then return text end
    return (string.format("%." .. digits + 2 .. "G", value))
  end
end

local function guid(cursor)
  local from, text = take(cursor, 16), ""
  for i, position in ipairs({ 4, 3, 2, 1, 6, 5, 8, 7, 9, 10, 11, 12, 13, 14, 15, 16 }) do
    local hyphen = (i == 5 or i == 7 or i == 9 or i == 11) and "-" or ""
    text = text .. hyphen .. string.format("%02x", cursor.octets:byte(from + position))
  end
  return text
end

local BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(octets)
  local parts = {}
  for i = 1, #octets, 3 do
    local a, b, c = octets:byte(i, i + 2)
    local value = a * 65536 + (b or 0) * 256 + (c or 0)
    for k = 3, 0, -1 do
      local digit = math.floor(value / 64 ^ k) % 64 + 1
      parts[#parts + 1] = (k == 1 and not b or k == 0 and not c) and "=" or BASE64:sub(digit, digit)
    end
  end
  return table.concat(parts)
end

local function constant(text)
  return function () return text end
end

local function integer(size)
  return function (cursor) return signed(cursor, size) end
end

local function characters(size) -- of the length in front
  return function (cursor) return literal(cursor, little(cursor, size)) end
end

local function bytes(size)
  return function (cursor) return base64(literal(cursor, little(cursor, size))) end
end

local function utf16(size)
  return function (cursor)
    local length = little(cursor, size)
    if length % 2 == 1 then refuse("half a UTF-16 unit") end
    local from = take(cursor, length)
    return length == 0 and "" or cursor.range(from, length):le_ustring()
  end
end

local function int64(cursor) return tostring(cursor.range(take(cursor, 8), 8):le_int64()) end
local function uint64(cursor) return tostring(cursor.range(take(cursor, 8), 8):le_uint64()) end
local function boolean(cursor) return octet(cursor) == 0 and "false" or "true" end
local function unique_id(cursor) return "urn:uuid:" .. guid(cursor) end

local function qualified_name(cursor)
  local prefix = octet(cursor)
  if prefix > 25 then refuse("a prefix beyond z") end
  return string.char(97 + prefix) .. ":" .. dictionary(cursor)
end

-- Text records by their even type: what they hold, as text.
local TEXTS = {
  [0x80] = constant("0"), [0x82] = constant("1"), [0x84] = constant("false"), [0x86] = constant("true"),
  [0x88] = integer(1), [0x8A] = integer(2), [0x8C] = integer(4), [0x8E] = int64,
  [0x90] = floating(4, 7), [0x92] = floating(8, 15), [0x94] = decimal, [0x96] = date_time,
  [0x98] = characters(1), [0x9A] = characters(2), [0x9C] = characters(4),
  [0x9E] = bytes(1), [0xA0] = bytes(2), [0xA2] = bytes(4),
  [0xA8] = constant(""), [0xAA] = dictionary, [0xAC] = unique_id, [0xAE] = duration, [0xB0] = guid, [0xB2] = uint64, [0xB4] = boolean,
  [0xB6] = utf16(1), [0xB8] = utf16(2), [0xBA] = utf16(4), [0xBC] = qualified_name,
}

-- The octets of one value in an Array record, by the (odd) type of its values.
local ARRAYS = {
  [0xB5] = 1, [0x8B] = 2, [0x8D] = 4, [0x8F] = 8, [0x91] = 4, [0x93] = 8, [0x95] = 16, [0x97] = 8, [0xAF] = 8, [0xB1] = 16,
}

-- StartList item… EndList: the items joined by blanks.
local function list(cursor)
  local items = {}
  while true do
    local kind = octet(cursor)
    if kind == 0xA6 then return table.concat(items, " ") end
    local read = TEXTS[kind] or refuse(string.format("record %02X in a list", kind))
    items[#items + 1] = read(cursor)
  end
end
TEXTS[0xA4] = list

local function letter(kind, first)
  return string.char(97 + kind - first)
end

-- The four forms of a name, which follow each other: without and with a prefix as a literal, then both with a dictionary string.
local function named(cursor, form)
  local prefix = form % 2 == 1 and literal(cursor) or ""
  if form < 2 then return prefix, literal(cursor) end
  return prefix, dictionary(cursor)
end

-- Prefix and name of an element record, or nil. (Besides those forms: a prefix of one letter.)
local function element_name(cursor, kind)
  if kind >= 0x40 and kind <= 0x43 then return named(cursor, kind - 0x40) end
  if kind >= 0x44 and kind <= 0x5D then return letter(kind, 0x44), dictionary(cursor) end
  if kind >= 0x5E and kind <= 0x77 then return letter(kind, 0x5E), literal(cursor) end
end

local function attribute_name(cursor, kind)
  if kind >= 0x04 and kind <= 0x07 then return named(cursor, kind - 0x04) end
  if kind >= 0x0C and kind <= 0x25 then return letter(kind, 0x0C), dictionary(cursor) end
  if kind >= 0x26 and kind <= 0x3F then return letter(kind, 0x26), literal(cursor) end
end

local function declaration(cursor, kind)
  if kind >= 0x08 and kind <= 0x0B then return named(cursor, kind - 0x08) end
end

local function namespace(element, prefix)
  while element do
    if element.declared[prefix] then return element.declared[prefix] end
    element = element.parent
  end
  return ""
end

-- Attributes and namespace declarations, as far as they follow the element record.
local function read_attributes(cursor, element)
  while cursor.at < #cursor.octets do
    local from, kind = cursor.at, cursor.octets:byte(cursor.at + 1)
    if kind < 0x04 or kind > 0x3F then break end
    take(cursor, 1)
    local prefix, uri = declaration(cursor, kind)
    if prefix then
      element.declared[prefix] = uri
    else
      local attribute = { from = from }
      attribute.prefix, attribute.name = attribute_name(cursor, kind)
      local text = octet(cursor)
      local read = TEXTS[text] or refuse(string.format("record %02X as an attribute's value", text))
      attribute.text = read(cursor)
      attribute.to = cursor.at
      element.attributes[#element.attributes + 1] = attribute
    end
  end
end

local function open_element(cursor, parent, kind, from)
  local element = { parent = parent, from = from, to = #cursor.octets, text = "", children = {}, attributes = {}, declared = {} }
  element.depth = (parent and parent.depth or 0) + 1
  if element.depth > MAX_DEPTH then refuse("more than " .. MAX_DEPTH .. " elements in each other") end
  element.prefix, element.name = element_name(cursor, kind)
  if not element.name then refuse(string.format("record %02X at offset %d", kind, from)) end
  if parent then parent.children[#parent.children + 1] = element end
  read_attributes(cursor, element)
  element.namespace = namespace(element, element.prefix)
  return element
end

-- Array: an element without content, then its values; it stands for as many elements.
local function read_array(cursor, parent, from)
  local first = open_element(cursor, parent, octet(cursor), from)
  if octet(cursor) ~= 0x01 then refuse("an array's element that does not end") end
  local kind = octet(cursor)
  local size = ARRAYS[kind] or refuse(string.format("an array of records %02X", kind))
  local count = multibyte(cursor)
  if count == 0 or count * size > #cursor.octets - cursor.at then refuse("an array of " .. count .. " values") end
  for i = 1, count do
    local element = first
    if i > 1 then
      element = setmetatable({ from = cursor.at, children = {} }, { __index = first })
      parent.children[#parent.children + 1] = element
    end
    element.text = TEXTS[kind - 1](cursor)
    element.to = cursor.at
  end
end

-- Ends the innermost element; its parent is the next, nil after the root.
local function close_element(cursor, element)
  element.to = cursor.at
  return element.parent
end

-- The document from the cursor on. Its root is stored at once, so that what was read before an error can be shown.
local function read_document(cursor, document)
  local element
  repeat
    local from = cursor.at
    local kind = octet(cursor)
    if kind == 0x02 then
      literal(cursor) -- a comment
    elseif kind == 0x01 and element then
      element = close_element(cursor, element)
    elseif kind == 0x03 and element then
      read_array(cursor, element, from)
    elseif kind >= 0x80 and element then
      local read = TEXTS[kind - kind % 2]
      if not read or kind == 0xA5 then refuse(string.format("record %02X at offset %d", kind, from)) end
      element.text = element.text .. read(cursor)
      if kind % 2 == 1 then element = close_element(cursor, element) end
    else
      element = open_element(cursor, element, kind, from)
      document.root = document.root or element
    end
  until document.root and not element
end

-- The string table in front of a document: appends { text = …, from = …, to = … } to a list.
local function read_table(cursor, list)
  local size = multibyte(cursor)
  if cursor.at + size > cursor.size then refuse("a string table that is larger than the envelope") end
  local stop = cursor.at + size
  while cursor.at < stop do
    local from = cursor.at
    list[#list + 1] = { text = literal(cursor), from = from, to = cursor.at }
    if cursor.at > stop then refuse("a string that goes beyond its table") end
  end
end

---- message ----

local function child(element, uri, name)
  for _, candidate in ipairs(element and element.children or {}) do
    if candidate.name == name and candidate.namespace == uri then return candidate end
  end
end

local function is_nil(element)
  for _, attribute in ipairs(element.attributes) do
    if attribute.name == "nil" and namespace(element, attribute.prefix) == XSI then
      return attribute.text == "true" or attribute.text == "1"
    end
  end
  return false
end

local ESCAPES = { ["\t"] = "\\t", ["\n"] = "\\n", ["\r"] = "\\r", ["\\"] = "\\\\" }

-- A text on one line; a long one as its first 24 characters and its length, as `peermesh dissect` has it.
local function short(text)
  local _, length = text:gsub("[^\128-\191]", "")
  local tail = ""
  if length > 80 then
    text, tail = text:match("^" .. ("[^\128-\191][\128-\191]*"):rep(24)) or text:sub(1, 24), string.format("..[len %d]", length)
  end
  return text:gsub("[%c\\]", function (c) return ESCAPES[c] or string.format("\\x%02X", c:byte()) end) .. tail
end

-- Names and texts: Name=text, Name{…,…}.
local function body_text(element, parts)
  parts[#parts + 1] = element.name
  if #element.children == 0 then
    parts[#parts + 1] = "=" .. (is_nil(element) and "nil" or short(element.text))
    return
  end
  for i, inner in ipairs(element.children) do
    parts[#parts + 1] = i == 1 and "{" or ","
    body_text(inner, parts)
  end
  parts[#parts + 1] = "}"
end

local function whole_body(body)
  local parts = {}
  for i, element in ipairs(body and body.children or {}) do
    if i > 1 then parts[#parts + 1] = "," end
    body_text(element, parts)
  end
  return table.concat(parts)
end

local PEER_MESSAGES = { Connect = true, Welcome = true, Refuse = true, Disconnect = true, LinkUtility = true, Ping = true }

-- What an action says; nil: an application's own. [MC-PRCH] 2.2.3, [MC-PRCR] 2.2.3.
local function kind_of(action)
  if action:sub(1, #RESOLVER + 1) == RESOLVER .. "/" then return action:match("[^/]*$") end
  if action:sub(1, #PEER + 1) == PEER .. "/" and PEER_MESSAGES[action:sub(#PEER + 2)] then return action:sub(#PEER + 2) end
  if action == "RequestSecurityToken" or action == "RequestSecurityTokenResponse" then return action end
  if action == ADDRESSING .. "/fault" then return "Fault" end
end

local function text_of(element)
  return element and element.text
end

-- What matters of a message beyond its kind.
local function detail(kind, content, id, hops)
  if kind == "flood" then return (id or "without an id") .. (hops and ", hops " .. hops or "") end
  if kind == "LinkUtility" and content then
    return string.format("%s of %s", text_of(child(content, PEER, "Useful")) or "?", text_of(child(content, PEER, "Total")) or "?")
  end
  local members = { Connect = "NodeId", Welcome = "NodeId", Refuse = "Reason", Disconnect = "Reason", Resolve = "MeshId",
                    Register = "MeshId", Update = "MeshId", RefreshResponse = "Result" }
  return content and members[kind] and text_of(child(content, PEER, members[kind]))
end

-- Kind and one line for people. A foreign message of net.tcp has no kind: it is shown, and called by its action.
local function understand(document)
  local header, body = child(document.root, SOAP, "Header"), child(document.root, SOAP, "Body")
  local action = text_of(child(header, ADDRESSING, "Action")) or ""
  local id = text_of(child(header, PEER, "MessageID")) or text_of(child(header, ADDRESSING, "MessageID"))
  local flooded = text_of(child(header, PEER, "FloodMessage")) == "PeerFlooder"
  document.body = body
  document.kind = kind_of(action) or flooded and "flood" or nil
  local more = detail(document.kind, body and body.children[1], id, text_of(child(header, HOP_COUNT, "Hops")))
  document.line = (document.kind or action) .. (more and " " .. more or "")
end

-- Calls `read`; what it finds wrong, or nil.
local function attempt(read, ...)
  local fine, fault = pcall(read, ...)
  if fine then return nil end
  if type(fault) ~= "table" then error(fault, 0) end -- a mistake in this file: to be seen
  return fault
end

-- An envelope's payload: its new strings, the tree of its elements, what it is. `size`: octets that it has where it is whole.
local function read_envelope(range, size, state, session)
  local strings = table_of(session, state.source)
  local cursor = { octets = range:raw(), range = range, size = size, at = 0, strings = session.encoding == 8 and strings }
  local document = { range = range, strings = {} }
  if state.gap then lose_strings(strings, state.frame) end
  if cursor.strings then
    document.fault = attempt(read_table, cursor, document.strings)
    if #document.strings > 0 then add_strings(strings, cursor.octets:sub(1, cursor.at), document.strings, state.frame) end
    if document.fault then lose_strings(strings, state.frame + 1) end
  end
  document.fault = document.fault or attempt(read_document, cursor, document)
  document.unknown = cursor.unknown
  if document.root then understand(document) end
  return document
end

---- tree ----

-- A decimal text as 64 bits, or nil.
local function number_of(text)
  if not text:match("^%d+$") or #text > 20 then return nil end
  local value = UInt64.new(0)
  for digit in text:gmatch("%d") do value = value * 10 + tonumber(digit) end
  return tostring(value) == (text:gsub("^0+(%d)", "%1")) and value or nil
end

local function field_of(element, inside)
  local names = (inside.header and HEADERS or MEMBERS)[element.namespace]
  local name = names and names[element.name]
  if name == "nodeid" and inside.referral then return "referral_node" end
  return name
end

local function ipv4_of(element)
  local number = element.name == "m_Address" and element.namespace == SYSTEM_NET and tonumber(element.text)
  if not number or number <= 0 or number >= 2 ^ 32 then return nil end
  local parts = {}
  for i = 1, 4 do parts[i] = string.format("%d", math.floor(number / 256 ^ (i - 1)) % 256) end
  return table.concat(parts, ".")
end

local function range_of(document, part)
  return document.range(part.from, math.max(part.to - part.from, 1))
end

local function add_leaf(tree, document, element, inside)
  local range, name = range_of(document, element), field_of(element, inside)
  local ip = ipv4_of(element)
  if name and NUMBERS[name] then
    local value = number_of(element.text)
    if value then return tree:add(F[name], range, value) end
  elseif name and not is_nil(element) then
    return tree:add(F[name], range, element.text)
  elseif ip then
    return tree:add(F.ip, range, Address.ip(ip))
  end
  return tree:add(F.element, range, element.name .. "=" .. (is_nil(element) and "nil" or element.text))
end

local function referral_text(element)
  local address = child(child(child(element, PEER, "Address"), PEER, "EndpointAddress"), ADDRESSING, "Address")
  return string.format("%s node %s", text_of(address) or "?", text_of(child(element, PEER, "NodeId")) or "?")
end

local function add_element(tree, document, element, inside)
  local item
  if element.name == "Referral" and element.namespace == PEER then
    inside = { referral = true }
    item = tree:add(F.referral, range_of(document, element), referral_text(element))
  elseif #element.children == 0 then
    item = add_leaf(tree, document, element, inside)
  else
    item = tree:add(F.element, range_of(document, element), element.name)
  end
  for _, attribute in ipairs(element.attributes) do
    item:add(F.attribute, range_of(document, attribute), attribute.name .. "=" .. attribute.text)
  end
  for _, inner in ipairs(element.children) do add_element(item, document, inner, inside) end
end

local function add_strings_item(tree, document)
  if #document.strings == 0 then return end
  local item = tree:add(document.range(0, document.strings[#document.strings].to), "New session strings: " .. #document.strings)
  for _, string in ipairs(document.strings) do item:add(F.session_string, range_of(document, string), string.text) end
end

local function add_parts(tree, document)
  for _, part in ipairs(document.root.children) do
    local header = part.name == "Header"
    local item = tree:add(range_of(document, part), part.name)
    for _, element in ipairs(part.children) do add_element(item, document, element, { header = header }) end
  end
end

local function add_remarks(tree, document, whole)
  local fault = document.fault
  if document.unknown then tree:add_proto_expert_info(E.unknown) end
  if fault and fault.cut and not whole then
    tree:add_proto_expert_info(E.cut)
  elseif fault then
    tree:add_proto_expert_info(E.undecodable, "This envelope cannot be decoded: " .. fault.why)
  end
end

-- One envelope as an item of its own.
local function show(tree, document, whole)
  local item = tree:add(peerchannel, document.range())
  if document.line then item:append_text(", " .. document.line) end
  if document.kind then item:add(F.message, document.kind):set_generated() end
  add_strings_item(item, document)
  if document.root then add_parts(item, document) end
  local body = whole_body(document.body)
  if body ~= "" then item:add(F.body, range_of(document, document.body), body):set_generated() end
  add_remarks(item, document, whole)
end

---- framing records: [MC-NMF] ----

local VERSION, VIA, KNOWN_ENCODING, UNSIZED, SIZED, END, FAULT, UPGRADE_REQUEST, UPGRADE_RESPONSE = 0, 2, 3, 5, 6, 7, 8, 9, 10
local FIXED = { [0] = 3, [1] = 2, [3] = 2, [7] = 1, [10] = 1, [11] = 1, [12] = 1 } -- octets with the type

-- A size of at most 5 octets: value and position behind it; nothing while it is not complete, false if it is none.
local function size_at(tvb, at)
  local value, weight = 0, 1
  for i = 0, 4 do
    if at + i >= tvb:len() then return nil end
    local o = tvb(at + i, 1):uint()
    value = value + o % 128 * weight
    if o < 128 then return value, at + i + 1 end
    weight = weight * 128
  end
  return false
end

-- The end of an UnsizedEnvelope: chunks up to one of no octets.
local function chunks_end(tvb, at)
  local from = at
  while true do
    local size, data = size_at(tvb, at)
    if not size then return size end
    if size > MAX_ENVELOPE then return false end
    if size == 0 then return data, from end
    at = data + size
  end
end

-- What can be said of a binary envelope before it is complete: its table fits, an element follows.
local function looks_like_envelope(tvb, from, size)
  local strings, document = size_at(tvb, from)
  if strings == nil then return true end
  if not strings or strings + document - from >= size then return false end
  if document + strings >= tvb:len() then return true end
  local first = tvb(document + strings, 1):uint()
  return first == 0x02 or first >= 0x40 and first <= 0x77
end

-- The record at `at`: where it ends and where its payload begins; nil: more octets are needed to tell; false: there is no record here.
local function record_end(tvb, at, session)
  local kind = tvb(at, 1):uint()
  if FIXED[kind] then return at + FIXED[kind], at + 1 end
  if kind == UNSIZED then return chunks_end(tvb, at + 1) end
  if not RECORDS[kind] then return false end
  local size, from = size_at(tvb, at + 1)
  if not size then return size end
  if size == 0 or size > (kind == SIZED and MAX_ENVELOPE or MAX_TEXT) then return false end
  if kind == SIZED and session.encoding == 8 and not looks_like_envelope(tvb, from, size) then return false end
  return from + size, from
end

-- Asks TCP for the rest of the record at `at`; false where there is none to be had.
local function ask_for_more(tvb, pinfo, at, stop)
  if pinfo.can_desegment == 0 or tvb:len() < tvb:reported_len() then return false end
  pinfo.desegment_offset = at
  pinfo.desegment_len = stop and stop - tvb:len() or DESEGMENT_ONE_MORE_SEGMENT
  return true
end

-- A Version record: what stood before it in the same frame belongs to the session that it ends.
local function begin_session(state, pinfo, records)
  local place
  state.session, place = enter_session(state.connection, pinfo, state.source, state.fresh)
  for _, record in ipairs(records) do record.session = state.connection.sessions[place - 1] or record.session end
end

-- What a record changes for those behind it.
local function follow(session, state, record)
  if record.kind == KNOWN_ENCODING then session.encoding = record.value end
  if record.kind == UPGRADE_REQUEST then session.upgrade = record.value end
  if record.kind == UPGRADE_RESPONSE and session.upgrade then session.upgraded = session.upgraded or state.frame end
  if record.kind == END then session.ended[state.source] = true end
end

local function value_of(tvb, record)
  if FIXED[record.kind] == 2 then return tvb(record.from, 1):uint() end
  if FIXED[record.kind] or record.kind == SIZED or record.kind == UNSIZED then return nil end
  return tvb(record.from, record.stop - record.from):string(ENC_UTF_8)
end

-- The whole records at the front of `tvb`, and how many octets they are. `state` is where this direction stands.
local function split(tvb, pinfo, state)
  local records, at = {}, 0
  while at < tvb:len() do
    local stop, from = record_end(tvb, at, state.session)
    local record = { kind = tvb(at, 1):uint(), at = at, from = from, stop = stop }
    if stop == false then
      state.lost = true
      break
    elseif not stop or stop > tvb:len() then
      if not ask_for_more(tvb, pinfo, at, stop) then state.cut = record end
      break
    end
    record.value = value_of(tvb, record)
    if record.kind == VERSION then begin_session(state, pinfo, records) end
    follow(state.session, state, record)
    record.session = state.session
    records[#records + 1] = record
    at = stop
  end
  return records, at
end

-- Binary encodings: 7 has the static dictionary only, 8 a table for each direction of the session.
local function is_binary_envelope(record)
  return record.kind == SIZED and (record.session.encoding == 7 or record.session.encoding == 8)
end

local VALUES = { "mode", "via", "known_encoding", "encoding_type", nil, nil, nil, "fault", "upgrade" } -- by record type

local function add_record(tree, tvb, record)
  local item = tree:add(NMF.record_type, tvb(record.at, 1), record.kind)
  item:set_len(record.stop - record.at)
  local value = tvb(record.from, record.stop - record.from)
  if record.kind == VERSION then
    item:add(NMF.major_version, value(0, 1))
    item:add(NMF.minor_version, value(1, 1))
  elseif record.kind == SIZED then
    item:add(NMF.payload_length, tvb(record.at + 1, record.from - record.at - 1), record.stop - record.from)
    if not is_binary_envelope(record) then item:add(NMF.payload, value) end
  elseif VALUES[record.kind] then
    item:add(NMF[VALUES[record.kind]], value, record.value)
  end
end

---- entry ----

-- The summary line, beside what an earlier part of the same frame has put there.
local function write_columns(pinfo, words, messages)
  local earlier = pinfo.private.peerchannel
  if messages > 0 or earlier ~= "messages" then pinfo.cols.protocol = messages > 0 and "PeerChannel" or "MC-NMF" end
  pinfo.cols.info = (earlier and ", " or "") .. table.concat(words, ", ")
  pinfo.cols.info:fence()
  pinfo.private.peerchannel = (messages > 0 or earlier == "messages") and "messages" or "records"
end

-- The rest of a segment that is no whole record; what to call it.
local function show_rest(tree, rest, state)
  local cut = state.cut
  if cut and cut.kind == SIZED and cut.from and cut.from < cut.at + rest:len() then
    local document = read_envelope(rest(cut.from - cut.at), cut.stop - cut.from, state, state.session)
    show(tree, document, false)
    return (document.line or "SizedEnvelope") .. " (cut short)"
  end
  local item = tree:add(peerchannel, rest)
  item:add(F.payload, rest)
  item:add_proto_expert_info(cut and E.cut or E.lost)
  return cut and RECORDS[cut.kind] .. " (cut short)" or "[no record begins here]"
end

local function words_of(record)
  local value = (record.kind == VIA or record.kind == FAULT) and record.value
  return RECORDS[record.kind] .. (value and " " .. value or "")
end

local function show_records(tree, tvb, records, state, words)
  local framing, documents = tree:add(peerchannel, tvb(0, records[#records].stop), ".NET Message Framing"), {}
  for _, record in ipairs(records) do
    add_record(framing, tvb, record)
    words[#words + 1] = words_of(record)
    if is_binary_envelope(record) then
      local size = record.stop - record.from
      local document = read_envelope(tvb(record.from, size), size, state, record.session)
      documents[#documents + 1], words[#words] = document, document.line or words[#words]
    end
  end
  for _, document in ipairs(documents) do show(tree, document, true) end
  return #documents
end

local UPGRADES = { ["application/ssl-tls"] = "tls", ["application/negotiate"] = "ms-nns" }
local PREAMBLE = "^%z\1.\1[\1-\4]\2" -- Version 1.x, Mode, the type of Via

local lost_segment = Field.new("tcp.analysis.lost_segment") -- where Wireshark keeps fields at all; else a gap goes unnoticed

-- fresh: on a connection of which Wireshark did not know that it is ours.
local function dissect(tvb, pinfo, tree, fresh)
  local source, destination = ends_of(pinfo)
  local connection = connection_of(source, destination)
  local state = { connection = connection, session = session_at(connection, pinfo.number), source = source, frame = pinfo.number }
  state.gap, state.fresh = lost_segment() ~= nil, fresh
  local upgraded = state.session.upgraded
  if upgraded and pinfo.number > upgraded and not tvb(0, math.min(tvb:len(), 6)):raw():find(PREAMBLE) then
    local protocol = UPGRADES[state.session.upgrade]
    return protocol and Dissector.get(protocol):call(tvb, pinfo, tree)
  end
  local records, size = split(tvb, pinfo, state)
  local words, messages = {}, 0
  if #records > 0 then messages = show_records(tree, tvb, records, state, words) end
  if state.lost or state.cut then words[#words + 1] = show_rest(tree, tvb(size), state) end
  if #words > 0 then write_columns(pinfo, words, messages) end
end

function peerchannel.dissector(tvb, pinfo, tree)
  return dissect(tvb, pinfo, tree)
end

local ENVELOPES = { "V\2\11\1s\4", "p\8Envelope\9\1s\39" } -- as origins write it, and as .NET nodes do that relay

-- Whether a connection begins here, or one that began before the capture goes on with an envelope.
local function recognise(tvb, pinfo, tree)
  local head = tvb(0, math.min(tvb:len(), 2048 + 32)):raw() -- a table, and an element behind it
  local found = head:find(PREAMBLE) ~= nil
  if not found and head:byte(1) == SIZED and size_at(tvb, 1) then
    local _, from = size_at(tvb, 1)
    local strings, document = size_at(tvb, from)
    for _, start in ipairs(strings and ENVELOPES or {}) do
      found = found or head:sub(document + strings + 1, document + strings + #start) == start
    end
  end
  if found then
    pinfo.conversation = peerchannel
    dissect(tvb, pinfo, tree, true)
  end
  return found
end

peerchannel:register_heuristic("tcp", recognise)
DissectorTable.get("tcp.port"):add_for_decode_as(peerchannel)

-- Wireshark asks those who registered one of the two ports before it asks heuristics, and a client's port is any number: so whoever takes
-- a connection by its port loses it again after the frame with the preamble, which is told by the octets at the end of the frame.
local claim = Proto("peerchannel_claim", "WCF Peer Channel on a port that another protocol has registered")
local WHOLE_PREAMBLE = "%z\1.\1[\1-\4]\2..?net%.tcp://"

function claim.dissector(tvb, pinfo, tree)
  if tvb:len() > MAX_TEXT or tvb:len() < tvb:reported_len() then return end
  local at = tvb:raw():find(WHOLE_PREAMBLE)
  if not at then return end
  local source, destination = ends_of(pinfo)
  local sessions = connection_of(source, destination).sessions
  local last = sessions[#sessions]
  if last.frame >= pinfo.number then return end -- somebody has recognised it
  if last.whole and not last.ended[source] then return end -- sent again: TCP keeps it from dissectors
  pinfo.conversation = peerchannel
  dissect(tvb(at - 1):tvb(), pinfo, tree, true)
end

register_postdissector(claim)

---- static dictionary: made from protocol/wire/nbfs_strings.inc by `make dictionary` ----
local DICTIONARY = [[
mustUnderstand
Envelope
http://www.w3.org/2003/05/soap-envelope
http://www.w3.org/2005/08/addressing
Header
Action
To
Body
Algorithm
RelatesTo
http://www.w3.org/2005/08/addressing/anonymous
URI
Reference
MessageID
Id
Identifier
http://schemas.xmlsoap.org/ws/2005/02/rm
Transforms
Transform
DigestMethod
DigestValue
Address
ReplyTo
SequenceAcknowledgement
AcknowledgementRange
Upper
Lower
BufferRemaining
http://schemas.microsoft.com/ws/2006/05/rm
http://schemas.xmlsoap.org/ws/2005/02/rm/SequenceAcknowledgement
SecurityTokenReference
Sequence
MessageNumber
http://www.w3.org/2000/09/xmldsig#
http://www.w3.org/2000/09/xmldsig#enveloped-signature
KeyInfo
http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd
http://www.w3.org/2001/04/xmlenc#
http://schemas.xmlsoap.org/ws/2005/02/sc
DerivedKeyToken
Nonce
Signature
SignedInfo
CanonicalizationMethod
SignatureMethod
SignatureValue
DataReference
EncryptedData
EncryptionMethod
CipherData
CipherValue
http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd
Security
Timestamp
Created
Expires
Length
ReferenceList
ValueType
Type
EncryptedHeader
http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd
RequestSecurityTokenResponseCollection
http://schemas.xmlsoap.org/ws/2005/02/trust
http://schemas.xmlsoap.org/ws/2005/02/trust#BinarySecret
http://schemas.microsoft.com/ws/2006/02/transactions
s
Fault
MustUnderstand
role
relay
Code
Reason
Text
Node
Role
Detail
Value
Subcode
NotUnderstood
qname

From
FaultTo
EndpointReference
PortType
ServiceName
PortName
ReferenceProperties
RelationshipType
Reply
a
http://schemas.xmlsoap.org/ws/2006/02/addressingidentity
Identity
Spn
Upn
Rsa
Dns
X509v3Certificate
http://www.w3.org/2005/08/addressing/fault
ReferenceParameters
IsReferenceParameter
http://www.w3.org/2005/08/addressing/reply
http://www.w3.org/2005/08/addressing/none
Metadata
http://schemas.xmlsoap.org/ws/2004/08/addressing
http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous
http://schemas.xmlsoap.org/ws/2004/08/addressing/fault
http://schemas.xmlsoap.org/ws/2004/06/addressingex
RedirectTo
Via
http://www.w3.org/2001/10/xml-exc-c14n#
PrefixList
InclusiveNamespaces
ec
SecurityContextToken
Generation
Label
Offset
Properties
Cookie
wsc
http://schemas.xmlsoap.org/ws/2004/04/sc
http://schemas.xmlsoap.org/ws/2004/04/security/sc/dk
http://schemas.xmlsoap.org/ws/2004/04/security/sc/sct
http://schemas.xmlsoap.org/ws/2004/04/security/trust/RST/SCT
http://schemas.xmlsoap.org/ws/2004/04/security/trust/RSTR/SCT
RenewNeeded
BadContextToken
c
http://schemas.xmlsoap.org/ws/2005/02/sc/dk
http://schemas.xmlsoap.org/ws/2005/02/sc/sct
http://schemas.xmlsoap.org/ws/2005/02/trust/RST/SCT
http://schemas.xmlsoap.org/ws/2005/02/trust/RSTR/SCT
http://schemas.xmlsoap.org/ws/2005/02/trust/RST/SCT/Renew
http://schemas.xmlsoap.org/ws/2005/02/trust/RSTR/SCT/Renew
http://schemas.xmlsoap.org/ws/2005/02/trust/RST/SCT/Cancel
http://schemas.xmlsoap.org/ws/2005/02/trust/RSTR/SCT/Cancel
http://www.w3.org/2001/04/xmlenc#aes128-cbc
http://www.w3.org/2001/04/xmlenc#kw-aes128
http://www.w3.org/2001/04/xmlenc#aes192-cbc
http://www.w3.org/2001/04/xmlenc#kw-aes192
http://www.w3.org/2001/04/xmlenc#aes256-cbc
http://www.w3.org/2001/04/xmlenc#kw-aes256
http://www.w3.org/2001/04/xmlenc#des-cbc
http://www.w3.org/2000/09/xmldsig#dsa-sha1
http://www.w3.org/2001/10/xml-exc-c14n#WithComments
http://www.w3.org/2000/09/xmldsig#hmac-sha1
http://www.w3.org/2001/04/xmldsig-more#hmac-sha256
http://schemas.xmlsoap.org/ws/2005/02/sc/dk/p_sha1
http://www.w3.org/2001/04/xmlenc#ripemd160
http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p
http://www.w3.org/2000/09/xmldsig#rsa-sha1
http://www.w3.org/2001/04/xmldsig-more#rsa-sha256
http://www.w3.org/2001/04/xmlenc#rsa-1_5
http://www.w3.org/2000/09/xmldsig#sha1
http://www.w3.org/2001/04/xmlenc#sha256
http://www.w3.org/2001/04/xmlenc#sha512
http://www.w3.org/2001/04/xmlenc#tripledes-cbc
http://www.w3.org/2001/04/xmlenc#kw-tripledes
http://schemas.xmlsoap.org/2005/02/trust/tlsnego#TLS_Wrap
http://schemas.xmlsoap.org/2005/02/trust/spnego#GSS_Wrap
http://schemas.microsoft.com/ws/2006/05/security
dnse
o
Password
PasswordText
Username
UsernameToken
BinarySecurityToken
EncodingType
KeyIdentifier
http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary
http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#HexBinary
http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Text
http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509SubjectKeyIdentifier
http://docs.oasis-open.org/wss/oasis-wss-kerberos-token-profile-1.1#GSS_Kerberosv5_AP_REQ
http://docs.oasis-open.org/wss/oasis-wss-kerberos-token-profile-1.1#GSS_Kerberosv5_AP_REQ1510
http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.0#SAMLAssertionID
Assertion
urn:oasis:names:tc:SAML:1.0:assertion
http://docs.oasis-open.org/wss/oasis-wss-rel-token-profile-1.0.pdf#license
FailedAuthentication
InvalidSecurityToken
InvalidSecurity
k
SignatureConfirmation
TokenType
http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1
http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#EncryptedKey
http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#EncryptedKeySHA1
http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV1.1
http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0
http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLID
AUTH-HASH
RequestSecurityTokenResponse
KeySize
RequestedTokenReference
AppliesTo
Authenticator
CombinedHash
BinaryExchange
Lifetime
RequestedSecurityToken
Entropy
RequestedProofToken
ComputedKey
RequestSecurityToken
RequestType
Context
BinarySecret
http://schemas.xmlsoap.org/ws/2005/02/trust/spnego
 http://schemas.xmlsoap.org/ws/2005/02/trust/tlsnego
wst
http://schemas.xmlsoap.org/ws/2004/04/trust
http://schemas.xmlsoap.org/ws/2004/04/security/trust/RST/Issue
http://schemas.xmlsoap.org/ws/2004/04/security/trust/RSTR/Issue
http://schemas.xmlsoap.org/ws/2004/04/security/trust/Issue
http://schemas.xmlsoap.org/ws/2004/04/security/trust/CK/PSHA1
http://schemas.xmlsoap.org/ws/2004/04/security/trust/SymmetricKey
http://schemas.xmlsoap.org/ws/2004/04/security/trust/Nonce
KeyType
http://schemas.xmlsoap.org/ws/2004/04/trust/SymmetricKey
http://schemas.xmlsoap.org/ws/2004/04/trust/PublicKey
Claims
InvalidRequest
RequestFailed
SignWith
EncryptWith
EncryptionAlgorithm
CanonicalizationAlgorithm
ComputedKeyAlgorithm
UseKey
http://schemas.microsoft.com/net/2004/07/secext/WS-SPNego
http://schemas.microsoft.com/net/2004/07/secext/TLSNego
t
http://schemas.xmlsoap.org/ws/2005/02/trust/RST/Issue
http://schemas.xmlsoap.org/ws/2005/02/trust/RSTR/Issue
http://schemas.xmlsoap.org/ws/2005/02/trust/Issue
http://schemas.xmlsoap.org/ws/2005/02/trust/SymmetricKey
http://schemas.xmlsoap.org/ws/2005/02/trust/CK/PSHA1
http://schemas.xmlsoap.org/ws/2005/02/trust/Nonce
RenewTarget
CancelTarget
RequestedTokenCancelled
RequestedAttachedReference
RequestedUnattachedReference
IssuedTokens
http://schemas.xmlsoap.org/ws/2005/02/trust/Renew
http://schemas.xmlsoap.org/ws/2005/02/trust/Cancel
http://schemas.xmlsoap.org/ws/2005/02/trust/PublicKey
Access
AccessDecision
Advice
AssertionID
AssertionIDReference
Attribute
AttributeName
AttributeNamespace
AttributeStatement
AttributeValue
Audience
AudienceRestrictionCondition
AuthenticationInstant
AuthenticationMethod
AuthenticationStatement
AuthorityBinding
AuthorityKind
AuthorizationDecisionStatement
Binding
Condition
Conditions
Decision
DoNotCacheCondition
Evidence
IssueInstant
Issuer
Location
MajorVersion
MinorVersion
NameIdentifier
Format
NameQualifier
Namespace
NotBefore
NotOnOrAfter
saml
Statement
Subject
SubjectConfirmation
SubjectConfirmationData
ConfirmationMethod
urn:oasis:names:tc:SAML:1.0:cm:holder-of-key
urn:oasis:names:tc:SAML:1.0:cm:sender-vouches
SubjectLocality
DNSAddress
IPAddress
SubjectStatement
urn:oasis:names:tc:SAML:1.0:am:unspecified
xmlns
Resource
UserName
urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName
EmailName
urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress
u
ChannelInstance
http://schemas.microsoft.com/ws/2005/02/duplex
Encoding
MimeType
CarriedKeyName
Recipient
EncryptedKey
KeyReference
e
http://www.w3.org/2001/04/xmlenc#Element
http://www.w3.org/2001/04/xmlenc#Content
KeyName
MgmtData
KeyValue
RSAKeyValue
Modulus
Exponent
X509Data
X509IssuerSerial
X509IssuerName
X509SerialNumber
X509Certificate
AckRequested
http://schemas.xmlsoap.org/ws/2005/02/rm/AckRequested
AcksTo
Accept
CreateSequence
http://schemas.xmlsoap.org/ws/2005/02/rm/CreateSequence
CreateSequenceRefused
CreateSequenceResponse
http://schemas.xmlsoap.org/ws/2005/02/rm/CreateSequenceResponse
FaultCode
InvalidAcknowledgement
LastMessage
http://schemas.xmlsoap.org/ws/2005/02/rm/LastMessage
LastMessageNumberExceeded
MessageNumberRollover
Nack
netrm
Offer
r
SequenceFault
SequenceTerminated
TerminateSequence
http://schemas.xmlsoap.org/ws/2005/02/rm/TerminateSequence
UnknownSequence
http://schemas.microsoft.com/ws/2006/02/tx/oletx
oletx
OleTxTransaction
PropagationToken
http://schemas.xmlsoap.org/ws/2004/10/wscoor
wscoor
CreateCoordinationContext
CreateCoordinationContextResponse
CoordinationContext
CurrentContext
CoordinationType
RegistrationService
Register
RegisterResponse
ProtocolIdentifier
CoordinatorProtocolService
ParticipantProtocolService
http://schemas.xmlsoap.org/ws/2004/10/wscoor/CreateCoordinationContext
http://schemas.xmlsoap.org/ws/2004/10/wscoor/CreateCoordinationContextResponse
http://schemas.xmlsoap.org/ws/2004/10/wscoor/Register
http://schemas.xmlsoap.org/ws/2004/10/wscoor/RegisterResponse
http://schemas.xmlsoap.org/ws/2004/10/wscoor/fault
ActivationCoordinatorPortType
RegistrationCoordinatorPortType
InvalidState
InvalidProtocol
InvalidParameters
NoActivity
ContextRefused
AlreadyRegistered
http://schemas.xmlsoap.org/ws/2004/10/wsat
wsat
http://schemas.xmlsoap.org/ws/2004/10/wsat/Completion
http://schemas.xmlsoap.org/ws/2004/10/wsat/Durable2PC
http://schemas.xmlsoap.org/ws/2004/10/wsat/Volatile2PC
Prepare
Prepared
ReadOnly
Commit
Rollback
Committed
Aborted
Replay
http://schemas.xmlsoap.org/ws/2004/10/wsat/Commit
http://schemas.xmlsoap.org/ws/2004/10/wsat/Rollback
http://schemas.xmlsoap.org/ws/2004/10/wsat/Committed
http://schemas.xmlsoap.org/ws/2004/10/wsat/Aborted
http://schemas.xmlsoap.org/ws/2004/10/wsat/Prepare
http://schemas.xmlsoap.org/ws/2004/10/wsat/Prepared
http://schemas.xmlsoap.org/ws/2004/10/wsat/ReadOnly
http://schemas.xmlsoap.org/ws/2004/10/wsat/Replay
http://schemas.xmlsoap.org/ws/2004/10/wsat/fault
CompletionCoordinatorPortType
CompletionParticipantPortType
CoordinatorPortType
ParticipantPortType
InconsistentInternalState
mstx
Enlistment
protocol
LocalTransactionId
IsolationLevel
IsolationFlags
Description
Loopback
RegisterInfo
ContextId
TokenId
AccessDenied
InvalidPolicy
CoordinatorRegistrationFailed
TooManyEnlistments
Disabled
ActivityId
http://schemas.microsoft.com/2004/09/ServiceModel/Diagnostics
http://docs.oasis-open.org/wss/oasis-wss-kerberos-token-profile-1.1#Kerberosv5APREQSHA1
http://schemas.xmlsoap.org/ws/2002/12/policy
FloodMessage
LinkUtility
Hops
http://schemas.microsoft.com/net/2006/05/peer/HopCount
PeerVia
http://schemas.microsoft.com/net/2006/05/peer
PeerFlooder
PeerTo
http://schemas.microsoft.com/ws/2005/05/routing
PacketRoutable
http://schemas.microsoft.com/ws/2005/05/addressing/none
http://schemas.microsoft.com/ws/2005/05/envelope/none
http://www.w3.org/2001/XMLSchema-instance
http://www.w3.org/2001/XMLSchema
nil
type
char
boolean
byte
unsignedByte
short
unsignedShort
int
unsignedInt
long
unsignedLong
float
double
decimal
dateTime
string
base64Binary
anyType
duration
guid
anyURI
QName
time
date
hexBinary
gYearMonth
gYear
gMonthDay
gDay
gMonth
integer
positiveInteger
negativeInteger
nonPositiveInteger
nonNegativeInteger
normalizedString
ConnectionLimitReached
http://schemas.xmlsoap.org/soap/envelope/
actor
faultcode
faultstring
faultactor
detail
]]
---- end of the static dictionary ----

for string in DICTIONARY:gmatch("([^\n]*)\n") do STATIC[#STATIC + 1] = string end
