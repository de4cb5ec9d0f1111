#include "broker/transactions/transaction_log.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "broker/broker.h"
#include "broker/delay/delayed_message.h"
#include "broker/ops/topics.h"
#include "broker/queue_scan.h"
#include "model/properties.h"
#include "model/topic.h"
#include "store/consume_queue.h"

namespace pintle::broker {
namespace {

// Clients give each message a key of its own: more records of one key are not looked through.
constexpr int32_t kSameKeyMax = 64;

// What a commit has stored. A copy of it that a consumer sent back keeps the flag and names no half:
// that would be the one at the log's beginning.
bool IsWhole(const model::Record& record) {
  return (record.sys_flag & model::kSysTransactionMask) == model::kSysCommit &&
         record.reconsume_times == 0;
}

class WholeFilter final : public store::MessageFilter {
 public:
  bool MatchesTagsCode(int64_t) const override { return true; }
  bool MatchesRecord(ByteView record) const override {
    const auto decoded = model::DecodeRecord(record, false);
    return decoded && IsWhole(*decoded);
  }
};

int64_t TagsCodeOf(std::string_view tags) { return tags.empty() ? 0 : model::TagsCode(tags); }

}  // namespace

// Every topic that something is stored under has a configuration, or tools do not show it. It may
// have fewer queues than when the half was sent.
TransactionLog::Place TransactionLog::PlaceOf(std::string_view topic, int32_t queue_id) {
  auto found = broker_.topics().Find(topic);
  if (found == nullptr) {
    TopicDefaults defaults;
    defaults.queues = queue_id + 1;
    TopicChange made = broker_.topics().FindOrCreate(topic, defaults);
    if (made.change != 0) broker_.topics().file().WriteSoon();
    found = std::move(made.topic);
  }
  const int32_t now = QueueNow(*found, queue_id);
  return {std::move(found), now};
}

Result<store::Appended> TransactionLog::Append(store::NewMessage& message, const Place& place) {
  PINTLE_ASSIGN(message.queue, place.topic->Queue(place.queue_id));
  message.parts.topic = place.topic->name();
  message.parts.queue_id = place.queue_id;
  auto appended = broker_.store().Append(message);
  if (appended) place.topic->traffic()->messages_in.fetch_add(1, std::memory_order_relaxed);
  return appended;
}

Result<store::Appended> TransactionLog::Append(store::NewMessage& message, std::string_view topic,
                                               int32_t queue_id) {
  return Append(message, PlaceOf(topic, queue_id));
}

Result<store::Appended> TransactionLog::AppendDelayed(store::NewMessage& message, int32_t level) {
  PINTLE_TRY(DelayMessage(broker_.store(), broker_.options().delay_levels_ms, level, message));
  auto appended = broker_.store().Append(message);
  if (!appended) return appended;
  broker_.delays().OnStored(level, *appended);
  if (const auto schedule = broker_.topics().Find(model::kScheduleTopic))
    schedule->traffic()->messages_in.fetch_add(1, std::memory_order_relaxed);
  return appended;
}

Result<store::Appended> TransactionLog::AppendHalf(store::NewMessage message) {
  message.parts.sys_flag &= ~model::kSysTransactionMask;
  return Append(message, model::kHalfTopic, kHalfQueue);
}

Result<store::Appended> TransactionLog::AppendCopy(const model::Record& half,
                                                   std::string_view text) {
  const HalfProperties properties = HalfProperties::Scan(text);
  store::NewMessage message;
  message.parts = PartsOf(half);
  message.parts.properties = {text, {}, {}};
  message.tags_code = TagsCodeOf(properties.tags);
  message.uniq_key = properties.uniq_key;
  message.keys = properties.keys;
  return Append(message, model::kHalfTopic, kHalfQueue);
}

Result<store::Appended> TransactionLog::AppendOp(std::string_view offsets) {
  const int64_t now_ms = broker_.clock().WallMs();
  const std::string key = broker_.uniq_keys().Next(now_ms);
  const std::string text = fmt::format("{}\1{}\2{}\1{}\2", model::property::kTags, kOpTag,
                                       model::property::kUniqKey, key);
  store::NewMessage message;
  message.parts.born_timestamp = now_ms;
  message.parts.born_host = broker_.address().host;
  message.parts.store_host = broker_.address().host;
  message.parts.body = AsBytes(offsets);
  message.parts.properties = {text, {}, {}};
  message.tags_code = model::TagsCode(kOpTag);
  message.uniq_key = key;
  return Append(message, model::kOpHalfTopic, kHalfQueue);
}

// The properties stay as they are, TRAN_MSG too: consumers see them with RocketMQ. Only what tells
// where the message goes has done its work.
Result<store::Appended> TransactionLog::AppendWhole(const model::Record& half,
                                                    model::LogOffset log_offset) {
  const HalfProperties properties = HalfProperties::Scan(half.properties);
  if (properties.real_topic.empty() || properties.real_queue < 0)
    return Fail(ErrorCode::kCorrupt, "the half message does not tell its topic and queue");
  model::Properties kept = model::Properties::Parse(half.properties);
  kept.Remove(model::property::kRealTopic);
  kept.Remove(model::property::kRealQueueId);
  std::string text = kept.ToText();
  const Place place = PlaceOf(properties.real_topic, properties.real_queue);
  store::NewMessage message;
  message.parts = PartsOf(half);
  message.parts.sys_flag = (half.sys_flag & ~model::kSysTransactionMask) | model::kSysCommit;
  message.parts.prepared_transaction_offset = log_offset.value();
  const int32_t level = DelayLevelOf(broker_.options().delay_levels_ms, message.parts.sys_flag,
                                     properties.delay_level);
  if (level > 0) text = DelayedProperties(text, level, place.topic->name(), place.queue_id);
  message.parts.properties = {text, {}, {}};
  message.tags_code = TagsCodeOf(properties.tags);
  message.uniq_key = properties.uniq_key;
  message.keys = properties.keys;
  return level > 0 ? AppendDelayed(message, level) : Append(message, place);
}

Result<store::Appended> TransactionLog::AppendDiscarded(const model::Record& half) {
  const HalfProperties properties = HalfProperties::Scan(half.properties);
  store::NewMessage message;
  message.parts = PartsOf(half);
  message.parts.properties = {half.properties, {}, {}};
  message.tags_code = TagsCodeOf(properties.tags);
  message.uniq_key = properties.uniq_key;
  message.keys = properties.keys;
  return Append(message, model::kTransCheckMaxTimeTopic, 0);
}

Result<TransactionLog::Found> TransactionLog::ReadFrom(std::string_view topic,
                                                       model::LogOffset offset) {
  Found found;
  PINTLE_ASSIGN(found.slice, broker_.store().ReadRecord(offset));
  PINTLE_ASSIGN(found.record, model::DecodeRecord(found.slice.bytes, false));
  if (found.record.topic != topic) return Fail(ErrorCode::kNotFound, "no half message is there");
  return found;
}

Result<TransactionLog::Found> TransactionLog::Read(model::LogOffset offset) {
  return ReadFrom(model::kHalfTopic, offset);
}

Result<TransactionLog::Found> TransactionLog::ReadDiscarded(model::LogOffset offset) {
  return ReadFrom(model::kTransCheckMaxTimeTopic, offset);
}

bool TransactionLog::HasLaterHalf(const model::Record& discarded) {
  const HalfProperties properties = HalfProperties::Scan(discarded.properties);
  if (properties.uniq_key.empty()) return false;
  const auto found =
      broker_.store().Query(model::kHalfTopic, properties.uniq_key, kSameKeyMax,
                            discarded.store_timestamp, std::numeric_limits<int64_t>::max());
  return std::ranges::any_of(found.records, [&](const store::LogSlice& slice) {
    const auto half = model::DecodeRecord(slice.bytes, false);
    return half && half->log_offset > discarded.log_offset;
  });
}

int64_t TransactionLog::BeginOf(std::string_view topic) {
  const int64_t min = broker_.store().MinOffset(topic, kHalfQueue).value();
  const int64_t max = broker_.store().MaxOffset(topic, kHalfQueue).value();
  const auto stored = broker_.offsets().Find(topic, kTransactionGroup, kHalfQueue);
  return std::clamp(stored ? stored->value() : min, min, std::max(min, max));
}

int64_t TransactionLog::ForEach(std::string_view topic, int64_t from,
                                const std::function<void(const model::Record&)>& visit) {
  store::ConsumeQueue* const queue = broker_.store().FindQueue(topic, kHalfQueue);
  if (queue == nullptr) return from;
  return ForEachRecord(broker_.store(), *queue, model::QueueOffset(from), nullptr, visit).value();
}

bool TransactionLog::HasWhole(const model::Record& half, model::LogOffset half_offset) {
  const HalfProperties properties = HalfProperties::Scan(half.properties);
  if (properties.uniq_key.empty()) return false;
  for (const std::string_view topic : {properties.real_topic, model::kScheduleTopic}) {
    const auto found =
        broker_.store().Query(topic, properties.uniq_key, kSameKeyMax, half.store_timestamp,
                              std::numeric_limits<int64_t>::max());
    for (const store::LogSlice& slice : found.records) {
      const auto record = model::DecodeRecord(slice.bytes, false);
      if (record && IsWhole(*record) && record->prepared_transaction_offset == half_offset.value())
        return true;
    }
  }
  return false;
}

void TransactionLog::ForEachWhole(std::string_view topic, model::LogOffset from,
                                  const std::function<void(const model::Record&)>& visit) {
  const WholeFilter filter;
  for (const auto& [name, queues] : broker_.store().Topics()) {
    if (name != topic && name != model::kScheduleTopic) continue;
    for (const int32_t queue_id : queues) {
      store::ConsumeQueue* queue = broker_.store().FindQueue(name, queue_id);
      if (queue != nullptr)
        ForEachRecord(broker_.store(), *queue, queue->LowerBound(from), &filter, visit);
    }
  }
}

}  // namespace pintle::broker
