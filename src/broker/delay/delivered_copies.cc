#include "broker/delay/delivered_copies.h"

#include <functional>

#include "broker/queue_scan.h"
#include "model/properties.h"
#include "store/consume_queue.h"

namespace pintle::broker {
namespace {

// Equal for a message and its copy.
uint64_t Digest(const model::Record& record) {
  return std::hash<std::string_view>()(record.properties) ^
         (static_cast<uint64_t>(record.body_crc) << 32) ^
         static_cast<uint64_t>(record.reconsume_times);
}

// What has waited for a delay names the topic that it waited for.
class DelayedOnly final : public store::MessageFilter {
 public:
  bool MatchesTagsCode(int64_t) const override { return true; }
  bool MatchesRecord(ByteView record) const override {
    const auto decoded = model::DecodeRecord(record, /*check_crc=*/false);
    return decoded &&
           model::FindProperty(decoded->properties, model::property::kRealTopic) == decoded->topic;
  }
};

}  // namespace

bool IsCopyOf(const model::Record& copy, const model::Record& delayed, std::string_view topic) {
  return copy.log_offset > delayed.log_offset && copy.topic == topic &&
         copy.properties == delayed.properties && copy.body_crc == delayed.body_crc &&
         copy.reconsume_times == delayed.reconsume_times;
}

DeliveredCopies::Copies DeliveredCopies::Find(std::string_view topic) {
  Copies copies;
  const DelayedOnly filter;
  // The topic may have had more queues before.
  for (const auto& [name, queues] : store_.Topics()) {
    if (name != topic) continue;
    for (const int32_t id : queues) {
      store::ConsumeQueue* const queue = store_.FindQueue(name, id);
      if (queue == nullptr) continue;
      ForEachRecord(store_, *queue,
                    store_.OffsetByTime(name, id, from_ms_, store::Boundary::kLower), &filter,
                    [&copies](const model::Record& record) {
                      copies.emplace(Digest(record), record.log_offset);
                    });
    }
  }
  return copies;
}

bool DeliveredCopies::Take(const model::Record& delayed, std::string_view topic) {
  auto found = topics_.find(topic);
  if (found == topics_.end()) found = topics_.emplace(topic, Find(topic)).first;
  const auto [begin, end] = found->second.equal_range(Digest(delayed));
  for (auto at = begin; at != end; ++at) {
    const auto stored = store_.ReadRecord(at->second);
    if (!stored) continue;
    const auto copy = model::DecodeRecord(stored->bytes, /*check_crc=*/false);
    if (!copy || !IsCopyOf(*copy, delayed, topic)) continue;
    found->second.erase(at);
    return true;
  }
  return false;
}

}  // namespace pintle::broker
