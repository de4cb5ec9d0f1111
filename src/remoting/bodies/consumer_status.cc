#include "remoting/bodies/consumer_status.h"

#include "remoting/bodies/json_parts.h"

namespace pintle::remoting {
namespace {

void WriteOffsets(JsonWriter& out, const QueueOffsets& offsets) {
  out.BeginObject();
  for (const auto& [queue, offset] : offsets) {
    WriteMessageQueueKey(out, queue);
    out.Int(offset);
  }
  out.EndObject();
}

QueueOffsets ReadOffsets(std::span<const JsonMember> members) {
  QueueOffsets offsets;
  for (const JsonMember& member : members)
    offsets[ReadMessageQueueKey(member.key)] = member.value.AsInt().value_or(0);
  return offsets;
}

}  // namespace

std::string EncodeConsumerStatus(const ConsumerStatus& status) {
  JsonWriter out;
  out.BeginObject();
  out.Key("consumerTable");
  out.BeginObject();
  for (const auto& [client, offsets] : status.consumers) {
    out.Key(client);
    WriteOffsets(out, offsets);
  }
  out.EndObject();
  out.Key("messageQueueTable");
  WriteOffsets(out, status.queues);
  out.EndObject();
  return out.Take();
}

Result<ConsumerStatus> DecodeConsumerStatus(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("consumer status", body));
  ConsumerStatus status;
  for (const JsonMember& client : document.root().Members("consumerTable"))
    status.consumers[std::string(client.key.text())] = ReadOffsets(client.value.members());
  status.queues = ReadOffsets(document.root().Members("messageQueueTable"));
  return status;
}

}  // namespace pintle::remoting
