#include "broker/ops/put_message.h"

#include <string>

#include "broker/delay/delayed_message.h"
#include "broker/ops/send_properties.h"
#include "broker/ops/send_target.h"
#include "broker/transactions/half_message.h"
#include "broker/transactions/transactions.h"
#include "model/properties.h"
#include "model/record.h"

namespace pintle::broker {
namespace {

namespace property = model::property;

// The client's properties without those that only the broker sets.
std::string WithoutReserved(std::string_view text) {
  model::Properties properties = model::Properties::Parse(text);
  for (const std::string_view name :
       {property::kPopCheckpoint, property::kMsgRegion, property::kTraceSwitch, property::kCluster})
    properties.Remove(name);
  return properties.ToText();
}

// Half of a transaction. What comes back to be retried has been decided before.
bool IsHalf(const PutRequest& request, const SendProperties& properties) {
  const bool retried = request.reconsume_times > 0 && properties.delay_level > 0;
  return properties.prepared && !retried;
}

// Messages that do not go to their topic at once: with a time, or half of a transaction.
Outcome<void> CheckPlain(const Broker& broker, const PutRequest& request,
                         const SendProperties& properties) {
  if (IsHalf(request, properties) && broker.options().reject_transactions) {
    return Refuse(RefusalCode::kNoPermission,
                  "the broker[{}] sending transaction message is forbidden",
                  broker.address().advertised.host);
  }
  // A level wins over an exact time.
  if (properties.timed && properties.delay_level <= 0)
    return Refuse(RefusalCode::kUnsupported, "timer messages are not served yet");
  return {};
}

Outcome<void> CheckSizes(const Broker& broker, const PutRequest& request,
                         const SendProperties& properties) {
  if (request.body.empty() ||
      request.body.size() > static_cast<size_t>(broker.options().message_bytes_max) ||
      properties.inner_num)
    return std::unexpected(IllegalMessage(broker));
  return {};
}

// The client's properties as they are stored, and what was found in them.
struct Text {
  explicit Text(std::string_view from_client)
      : view(from_client), found(SendProperties::Scan(from_client)), given_key(found.uniq_key) {
    if (found.has_reserved) [[unlikely]]
      Change(WithoutReserved(view));
  }
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;

  // As RocketMQ marks what will not be retried again.
  void MarkDead() {
    model::Properties properties = model::Properties::Parse(view);
    properties.Set(property::kDelayLevel, "-1");
    Change(properties.ToText());
  }

  void MakeHalf(std::string_view topic, int32_t queue_id) {
    Change(HalfText(view, topic, queue_id));
  }
  void Delay(int32_t level, std::string_view topic, int32_t queue_id) {
    Change(DelayedProperties(view, level, topic, queue_id));
  }

  std::string_view view;
  SendProperties found;
  std::string_view given_key;  // UNIQ_KEY in the client's own text, which outlives this

 private:
  void Change(std::string text) {
    changed_ = std::move(text);
    view = changed_;
    found = SendProperties::Scan(view);
  }
  std::string changed_;
};

store::NewMessage MakeMessage(const Broker& broker, const PutRequest& request, const Topic& topic,
                              const Text& text) {
  store::NewMessage message;
  message.parts.topic = topic.name();
  message.parts.flag = request.flag;
  message.parts.sys_flag = request.sys_flag;
  if (topic.config().filter_type == model::TopicFilterType::kMultiTag)
    message.parts.sys_flag |= model::kSysMultiTags;
  message.parts.born_timestamp = request.born_timestamp;
  message.parts.born_host = request.born_host;
  message.parts.store_host = broker.address().host;
  message.parts.reconsume_times = request.reconsume_times;
  message.parts.body = request.body;
  message.parts.properties = {
      text.view, {}, request.is_reply ? broker.reply_stamp() : broker.stamp()};
  message.tags_code = text.found.tags.empty() ? 0 : model::TagsCode(text.found.tags);
  message.keys = text.found.keys;
  return message;
}

// What the broker adds in front of its stamp: the separator that the client left out, and the id
// that it did not give.
class Addition {
 public:
  Addition(Broker& broker, bool ends_open, PutResult& result) {
    if (ends_open) text_[size_++] = model::kPropertySeparator;
    if (!result.given_key.empty()) return;
    result.made_key_size = static_cast<uint8_t>(
        broker.uniq_keys().Format(broker.clock().WallMs(), result.made_key.data()));
    Add(property::kUniqKey, model::kNameValueSeparator);
    Add(result.uniq_key(), model::kPropertySeparator);
  }
  std::string_view view() const { return {text_.data(), size_}; }

 private:
  void Add(std::string_view text, char end) {
    text.copy(text_.data() + size_, text.size());
    size_ += text.size();
    text_[size_++] = end;
  }

  std::array<char, 80> text_;
  size_t size_ = 0;
};

}  // namespace

Outcome<PutResult> PutMessage(Broker& broker, const PutRequest& request) {
  auto target =
      ChooseSendTarget(broker, {request.topic, request.default_topic, request.default_topic_queues,
                                request.queue_id, request.unit_mode, request.born_host});
  if (!target) return std::unexpected(std::move(target).error());

  Text text(request.properties);
  bool dead = false;
  if (target->topic->is_retry()) [[unlikely]] {
    auto diverted =
        DivertToDeadLetters(broker, request.reconsume_times, request.max_reconsume_times, *target);
    if (!diverted) return std::unexpected(std::move(diverted).error());
    dead = *diverted;
    if (dead) text.MarkDead();
  }
  // A dead letter is stored as it is, whatever delay it asked for.
  if (!dead) {
    if (auto plain = CheckPlain(broker, request, text.found); !plain)
      return std::unexpected(std::move(plain).error());
  }
  if (auto sized = CheckSizes(broker, request, text.found); !sized)
    return std::unexpected(std::move(sized).error());
  const bool half = !dead && IsHalf(request, text.found);
  if (half) [[unlikely]]
    text.MakeHalf(target->topic->name(), target->queue_id);
  const model::DelayLevels& levels = broker.options().delay_levels_ms;
  const int32_t level =
      dead || half ? 0 : DelayLevelOf(levels, request.sys_flag, text.found.delay_level);
  if (level > 0) [[unlikely]]
    text.Delay(level, target->topic->name(), target->queue_id);
  const auto queue = target->topic->Queue(target->queue_id);
  if (!queue) return std::unexpected(StoreRefusal(broker, queue.error()));

  PutResult result;
  result.queue_id = target->queue_id;
  result.topic_change = target->topic_change;
  result.given_key = text.given_key;
  const Addition addition(broker, text.found.ends_open, result);

  store::NewMessage message = MakeMessage(broker, request, *target->topic, text);
  message.queue = *queue;
  message.parts.queue_id = target->queue_id;
  message.parts.properties[1] = addition.view();
  message.uniq_key = result.uniq_key();
  if (level > 0) [[unlikely]] {
    if (auto delayed = DelayMessage(broker.store(), levels, level, message); !delayed)
      return std::unexpected(StoreRefusal(broker, delayed.error()));
    if (auto schedule = broker.topics().Find(model::kScheduleTopic))
      target->topic = std::move(schedule);
  }
  const auto appended =
      half ? broker.transactions().AppendHalf(message, text.view) : broker.store().Append(message);
  if (!appended) {
    if (appended.error().code != ErrorCode::kOverloaded) broker.traffic().OnPutFailure();
    return std::unexpected(StoreRefusal(broker, appended.error()));
  }
  if (!half) [[likely]]
    target->topic->traffic()->messages_in.fetch_add(1, std::memory_order_relaxed);
  broker.traffic().OnPut(1, appended->end - appended->offset);
  if (level > 0) [[unlikely]]
    broker.delays().OnStored(level, *appended);

  result.offset = appended->offset;
  result.queue_offset = appended->queue_offset;
  result.store_timestamp = appended->store_timestamp;
  result.end = appended->end;
  result.wait_durable = broker.options().sync_flush && text.found.wait_store_ok;
  return result;
}

}  // namespace pintle::broker
