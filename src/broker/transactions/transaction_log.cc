#include "broker/transactions/transaction_log.h"

#include <algorithm>
#include <array>
#include <utility>

#include "broker/broker.h"
#include "model/properties.h"
#include "model/topic.h"
#include "store/consume_queue.h"

namespace pintle::broker {
namespace {

// Passes what a commit has stored.
class WholeFilter final : public store::MessageFilter {
 public:
  bool MatchesTagsCode(int64_t) const override { return true; }
  bool MatchesRecord(ByteView record) const override {
    const auto decoded = model::DecodeRecord(record, false);
    return decoded && (decoded->sys_flag & model::kSysTransactionMask) == model::kSysCommit;
  }
};

int64_t TagsCodeOf(std::string_view tags) { return tags.empty() ? 0 : model::TagsCode(tags); }

void VisitRecords(const store::ReadResult& read,
                  const std::function<void(const model::Record&)>& visit) {
  for (const store::LogSlice& slice : read.slices) {
    ByteView rest = slice.bytes;
    while (!rest.empty()) {
      const auto record = model::DecodeRecord(rest, false);
      if (!record) break;
      visit(*record);
      rest = rest.subspan(static_cast<size_t>(record->size));
    }
  }
}

}  // namespace

// Every topic that something is stored under has a configuration, or tools do not show it.
Result<store::Appended> TransactionLog::Append(store::NewMessage& message, std::string_view topic,
                                               int32_t queue_id) {
  auto found = broker_.topics().Find(topic);
  if (found == nullptr) {
    TopicDefaults defaults;
    defaults.queues = queue_id + 1;
    TopicChange made = broker_.topics().FindOrCreate(topic, defaults);
    if (made.change != 0) broker_.topics().file().WriteSoon();
    found = std::move(made.topic);
  }
  // The topic may have fewer queues than when the half was sent.
  if (queue_id >= found->queue_count() && found->config().write_queues > 0)
    queue_id %= found->config().write_queues;
  PINTLE_ASSIGN(message.queue, found->Queue(queue_id));
  message.parts.topic = found->name();
  message.parts.queue_id = queue_id;
  auto appended = broker_.store().Append(message);
  if (appended) found->traffic()->messages_in.fetch_add(1, std::memory_order_relaxed);
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
  const std::string text = kept.ToText();
  store::NewMessage message;
  message.parts = PartsOf(half);
  message.parts.sys_flag = (half.sys_flag & ~model::kSysTransactionMask) | model::kSysCommit;
  message.parts.prepared_transaction_offset = log_offset.value();
  message.parts.properties = {text, {}, {}};
  message.tags_code = TagsCodeOf(properties.tags);
  message.uniq_key = properties.uniq_key;
  message.keys = properties.keys;
  return Append(message, properties.real_topic, properties.real_queue);
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

Result<TransactionLog::Found> TransactionLog::Read(model::LogOffset offset) {
  Found found;
  PINTLE_ASSIGN(found.slice, broker_.store().ReadRecord(offset));
  PINTLE_ASSIGN(found.record, model::DecodeRecord(found.slice.bytes, false));
  if (found.record.topic != model::kHalfTopic)
    return Fail(ErrorCode::kNotFound, "no half message is there");
  return found;
}

int64_t TransactionLog::BeginOf(std::string_view topic) {
  const int64_t min = broker_.store().MinOffset(topic, kHalfQueue).value();
  const int64_t max = broker_.store().MaxOffset(topic, kHalfQueue).value();
  const auto stored = broker_.offsets().Find(topic, kTransactionGroup, kHalfQueue);
  return std::clamp(stored ? stored->value() : min, min, std::max(min, max));
}

int64_t TransactionLog::ForEach(std::string_view topic, int64_t from,
                                const std::function<void(const model::Record&)>& visit) {
  const int64_t end = broker_.store().MaxOffset(topic, kHalfQueue).value();
  store::ReadLimits limits;
  limits.bytes = 4 << 20;
  limits.messages = 1024;
  while (from < end) {
    const auto read =
        broker_.store().Read(topic, kHalfQueue, model::QueueOffset(from), limits, nullptr);
    VisitRecords(read, visit);
    if (read.next.value() <= from) break;
    from = read.next.value();
  }
  return std::max(from, end);
}

void TransactionLog::ForEachWhole(std::string_view topic, int32_t queue_id, model::LogOffset from,
                                  const std::function<void(const model::Record&)>& visit) {
  store::ConsumeQueue* queue = broker_.store().FindQueue(topic, queue_id);
  if (queue == nullptr) return;
  const WholeFilter filter;
  store::ReadLimits limits;
  limits.bytes = 4 << 20;
  limits.messages = 1024;
  model::QueueOffset at = queue->LowerBound(from);
  while (at < queue->end()) {
    const auto read = broker_.store().Read(*queue, at, limits, &filter);
    VisitRecords(read, visit);
    if (read.next <= at) break;
    at = read.next;
  }
}

}  // namespace pintle::broker
