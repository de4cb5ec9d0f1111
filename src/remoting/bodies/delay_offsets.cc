#include "remoting/bodies/delay_offsets.h"

#include <limits>

#include "remoting/bodies/json_parts.h"

namespace pintle::remoting {

std::string EncodeDelayOffsets(const DelayOffsets& offsets, JsonStyle style) {
  JsonWriter out(style);
  out.BeginObject();
  out.Key("dataVersion");
  WriteDataVersion(out, offsets.version);
  out.Key("offsetTable");
  out.BeginObject();
  for (const auto& [level, offset] : offsets.offsets) {
    out.Key(int64_t{level});
    out.Int(offset);
  }
  out.EndObject();
  out.EndObject();
  return out.Take();
}

Result<DelayOffsets> DecodeDelayOffsets(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("delay offsets", body));
  DelayOffsets out;
  if (const JsonValue* version = document.root().Find("dataVersion"))
    out.version = ReadDataVersion(*version);
  for (const JsonMember& member : document.root().Members("offsetTable")) {
    const auto level = member.key.AsInt();
    const auto offset = member.value.AsInt();
    if (!level || !offset || *level < std::numeric_limits<int32_t>::min() ||
        *level > std::numeric_limits<int32_t>::max())
      return Malformed("delay offsets: level \"{}\" has no offset", member.key.text());
    out.offsets[static_cast<int32_t>(*level)] = *offset;
  }
  return out;
}

}  // namespace pintle::remoting
