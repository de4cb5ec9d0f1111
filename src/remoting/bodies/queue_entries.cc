#include "remoting/bodies/queue_entries.h"

#include "remoting/bodies/json_parts.h"
#include "remoting/bodies/subscription.h"

namespace pintle::remoting {

std::string EncodeQueueEntries(const QueueEntries& entries) {
  JsonWriter out;
  out.BeginObject();
  if (!entries.filter_data.empty()) out.Member("filterData", entries.filter_data);
  out.Member("maxQueueIndex", entries.max_index);
  out.Member("minQueueIndex", entries.min_index);
  out.Key("queueData");
  out.BeginArray();
  for (const QueueEntries::Entry& entry : entries.entries) {
    out.BeginObject();
    out.Member("eval", false);  // true only where RocketMQ keeps a bit map of what matches
    if (!entry.remark.empty()) out.Member("msg", entry.remark);
    out.Member("physicOffset", entry.log_offset);
    out.Member("physicSize", entry.size);
    out.Member("tagsCode", entry.tags_code);
    out.EndObject();
  }
  out.EndArray();
  if (entries.subscription) {
    out.Key("subscriptionData");
    WriteSubscription(out, *entries.subscription);
  }
  out.EndObject();
  return out.Take();
}

Result<QueueEntries> DecodeQueueEntries(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("queue entries", body));
  const JsonValue& root = document.root();
  QueueEntries out;
  for (const JsonValue& item : root.Items("queueData")) {
    QueueEntries::Entry entry;
    entry.log_offset = item.Int("physicOffset");
    entry.size = static_cast<int32_t>(item.Int("physicSize"));
    entry.tags_code = item.Int("tagsCode");
    entry.remark = item.String("msg");
    out.entries.push_back(std::move(entry));
  }
  out.min_index = root.Int("minQueueIndex");
  out.max_index = root.Int("maxQueueIndex");
  if (const JsonValue* subscription = root.Find("subscriptionData"))
    out.subscription = ReadSubscription(*subscription);
  out.filter_data = root.String("filterData");
  return out;
}

}  // namespace pintle::remoting
