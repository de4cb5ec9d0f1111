#include "remoting/bodies/reset_offset.h"

#include "remoting/bodies/json_parts.h"

namespace pintle::remoting {

std::string EncodeResetOffset(const QueueOffsets& offsets, JsonStyle style) {
  JsonWriter out(style);
  out.BeginObject();
  out.Key("offsetTable");
  out.BeginObject();
  for (const auto& [queue, offset] : offsets) {
    WriteMessageQueueKey(out, queue);
    out.Int(offset);
  }
  out.EndObject();
  out.EndObject();
  return out.Take();
}

std::string EncodeResetOffsetForCpp(const QueueOffsets& offsets) {
  JsonWriter out;
  out.BeginObject();
  out.Key("offsetTable");
  out.BeginArray();
  for (const auto& [queue, offset] : offsets) {
    out.BeginObject();
    out.Member("brokerName", queue.broker_name);
    out.Member("offset", offset);
    out.Member("queueId", queue.queue_id);
    out.Member("topic", queue.topic);
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
  return out.Take();
}

Result<QueueOffsets> DecodeResetOffset(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("queue offsets", body));
  QueueOffsets offsets;
  for (const JsonMember& member : document.root().Members("offsetTable"))
    offsets[ReadMessageQueueKey(member.key)] = member.value.AsInt().value_or(0);
  for (const JsonValue& item : document.root().Items("offsetTable"))
    offsets[ReadMessageQueue(item)] = item.Int("offset");
  return offsets;
}

}  // namespace pintle::remoting
