#include "remoting/bodies/offset_table.h"

#include "remoting/bodies/json_parts.h"

namespace pintle::remoting {

std::string EncodeOffsetTable(const OffsetTable& table, JsonStyle style) {
  JsonWriter out(style);
  out.BeginObject();
  out.Key("dataVersion");
  WriteDataVersion(out, table.version);
  out.Key("offsetTable");
  out.BeginObject();
  for (const auto& [name, queues] : table.offsets) {
    out.Key(name);
    out.BeginObject();
    for (const auto& [queue, offset] : queues) {
      out.Key(int64_t{queue});
      out.Int(offset);
    }
    out.EndObject();
  }
  out.EndObject();
  out.EndObject();
  return out.Take();
}

Result<OffsetTable> DecodeOffsetTable(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("consumer offsets", body));
  OffsetTable table;
  if (const JsonValue* version = document.root().Find("dataVersion"))
    table.version = ReadDataVersion(*version);
  for (const JsonMember& member : document.root().Members("offsetTable")) {
    auto& queues = table.offsets[std::string(member.key.text())];
    for (const JsonMember& queue : member.value.members()) {
      const auto id = queue.key.AsInt();
      const auto offset = queue.value.AsInt();
      if (!id || !offset)
        return Malformed("consumer offsets: queue \"{}\" of {} has no number", queue.key.text(),
                         member.key.text());
      queues[static_cast<int32_t>(*id)] = *offset;
    }
  }
  return table;
}

}  // namespace pintle::remoting
