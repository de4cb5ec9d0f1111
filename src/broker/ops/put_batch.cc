#include "broker/ops/put_batch.h"

#include <vector>

#include "base/java_text.h"
#include "broker/ops/send_properties.h"
#include "broker/ops/send_target.h"
#include "model/batch.h"
#include "model/message_id.h"
#include "model/properties.h"

namespace pintle::broker {
namespace {

Outcome<void> CheckBatch(const Broker& broker, const PutRequest& request) {
  if (request.topic.size() > model::kTopicLengthMax) {
    return Refuse(RefusalCode::kMessageIllegal, "message topic length too long {}",
                  request.topic.size());
  }
  if (model::IsRetryTopic(request.topic)) {
    return Refuse(RefusalCode::kMessageIllegal, "batch request does not support retry group {}",
                  request.topic);
  }
  if (request.body.size() > static_cast<size_t>(broker.options().message_bytes_max))
    return std::unexpected(IllegalMessage(broker));
  return {};
}

// A batch is stored as it comes: nothing in it can wait for a time or for a decision.
Outcome<void> CheckMember(const SendProperties& properties) {
  if (properties.delay_level > 0 || properties.timed || properties.prepared) {
    return Refuse(RefusalCode::kMessageIllegal,
                  "a message of a batch must have neither a delay nor a transaction");
  }
  return {};
}

}  // namespace

Outcome<BatchResult> PutBatch(Broker& broker, const PutRequest& request) {
  auto target =
      ChooseSendTarget(broker, {request.topic, request.default_topic, request.default_topic_queues,
                                request.queue_id, request.unit_mode, request.born_host});
  if (!target) return std::unexpected(std::move(target).error());
  if (auto checked = CheckBatch(broker, request); !checked)
    return std::unexpected(std::move(checked).error());
  const auto batch = model::DecodeBatch(request.body);
  if (!batch) return std::unexpected(ToRefusal(batch.error()));
  const Topic& topic = *target->topic;
  const auto queue = topic.Queue(target->queue_id);
  if (!queue) return std::unexpected(StoreRefusal(broker, queue.error()));

  std::vector<store::NewMessage> messages(batch->size());
  for (size_t i = 0; i < messages.size(); ++i) {
    const model::BatchMessage& from = (*batch)[i];
    const SendProperties properties = SendProperties::Scan(from.properties);
    if (auto checked = CheckMember(properties); !checked)
      return std::unexpected(std::move(checked).error());
    store::NewMessage& to = messages[i];
    to.queue = *queue;
    to.parts.topic = topic.name();
    to.parts.queue_id = target->queue_id;
    to.parts.flag = from.flag;
    to.parts.sys_flag = request.sys_flag;
    if (topic.config().filter_type == model::TopicFilterType::kMultiTag)
      to.parts.sys_flag |= model::kSysMultiTags;
    to.parts.born_timestamp = request.born_timestamp;
    to.parts.born_host = request.born_host;
    to.parts.store_host = broker.address().host;
    to.parts.reconsume_times = request.reconsume_times;
    to.parts.body = from.body;
    to.parts.properties = {from.properties, {}, {}};
    to.tags_code = properties.tags.empty() ? 0 : model::TagsCode(properties.tags);
    to.uniq_key = properties.uniq_key;
    to.keys = properties.keys;
  }
  const auto appended = broker.store().AppendBatch(messages);
  if (!appended) {
    if (appended.error().code != ErrorCode::kOverloaded) broker.traffic().OnPutFailure();
    return std::unexpected(StoreRefusal(broker, appended.error()));
  }

  BatchResult result;
  result.end = appended->back().end;
  result.queue_offset = appended->front().queue_offset;
  result.queue_id = target->queue_id;
  result.topic_change = target->topic_change;
  result.wait_durable =
      broker.options().sync_flush && SendProperties::Scan(request.properties).wait_store_ok;
  for (const store::Appended& one : *appended) {
    if (!result.ids.empty()) result.ids.push_back(',');
    result.ids += model::OffsetMessageId{broker.address().host, one.offset}.ToString();
  }
  const auto count = static_cast<int64_t>(appended->size());
  topic.traffic()->messages_in.fetch_add(count, std::memory_order_relaxed);
  broker.traffic().OnPut(count, appended->back().end - appended->front().offset);
  return result;
}

}  // namespace pintle::broker
