#include "remoting/bodies/lock_batch.h"

#include "remoting/bodies/json_parts.h"

namespace pintle::remoting {

namespace {

void WriteQueues(JsonWriter& out, const std::vector<model::MessageQueue>& queues) {
  out.BeginArray();
  for (const auto& queue : queues) WriteMessageQueue(out, queue);
  out.EndArray();
}

std::vector<model::MessageQueue> ReadQueues(std::span<const JsonValue> items) {
  std::vector<model::MessageQueue> queues;
  queues.reserve(items.size());
  for (const JsonValue& item : items) queues.push_back(ReadMessageQueue(item));
  return queues;
}

}  // namespace

std::string EncodeLockBatch(const LockBatch& batch) {
  JsonWriter out;
  out.BeginObject();
  out.Member("clientId", batch.client_id);
  out.Member("consumerGroup", batch.group);
  out.Key("mqSet");
  WriteQueues(out, batch.queues);
  out.Member("onlyThisBroker", batch.only_this_broker);
  out.EndObject();
  return out.Take();
}

Result<LockBatch> DecodeLockBatch(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("queue locks", body));
  LockBatch batch;
  batch.client_id = document.root().String("clientId");
  batch.group = document.root().String("consumerGroup");
  // A lock of nobody could never be told from that of somebody else.
  if (batch.client_id.empty() || batch.group.empty())
    return Malformed("queue locks: clientId and consumerGroup must not be empty");
  batch.queues = ReadQueues(document.root().Items("mqSet"));
  batch.only_this_broker = document.root().Bool("onlyThisBroker");
  return batch;
}

std::string EncodeLockedQueues(const std::vector<model::MessageQueue>& queues) {
  JsonWriter out;
  out.BeginObject();
  out.Key("lockOKMQSet");
  WriteQueues(out, queues);
  out.EndObject();
  return out.Take();
}

Result<std::vector<model::MessageQueue>> DecodeLockedQueues(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("locked queues", body));
  return ReadQueues(document.root().Items("lockOKMQSet"));
}

}  // namespace pintle::remoting
