#include "remoting/bodies/queue_stats.h"

#include "remoting/bodies/json_parts.h"

namespace pintle::remoting {

std::string EncodeTopicStats(const TopicStats& stats, JsonStyle style) {
  JsonWriter out(style);
  out.BeginObject();
  out.Key("offsetTable");
  out.BeginObject();
  for (const auto& [queue, offsets] : stats.queues) {
    WriteMessageQueueKey(out, queue);
    out.BeginObject();
    out.Member("lastUpdateTimestamp", offsets.last_update_timestamp);
    out.Member("maxOffset", offsets.max_offset);
    out.Member("minOffset", offsets.min_offset);
    out.EndObject();
  }
  out.EndObject();
  out.Member("topicPutTps", stats.put_tps);
  out.EndObject();
  return out.Take();
}

Result<TopicStats> DecodeTopicStats(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("topic stats", body));
  TopicStats stats;
  for (const JsonMember& member : document.root().Members("offsetTable")) {
    TopicStats::Queue& queue = stats.queues[ReadMessageQueueKey(member.key)];
    queue.min_offset = member.value.Int("minOffset");
    queue.max_offset = member.value.Int("maxOffset");
    queue.last_update_timestamp = member.value.Int("lastUpdateTimestamp");
  }
  stats.put_tps = document.root().Double("topicPutTps");
  return stats;
}

std::string EncodeConsumeStats(const ConsumeStats& stats, JsonStyle style) {
  JsonWriter out(style);
  out.BeginObject();
  out.Member("consumeTps", stats.consume_tps);
  out.Key("offsetTable");
  out.BeginObject();
  for (const auto& [queue, offsets] : stats.queues) {
    WriteMessageQueueKey(out, queue);
    out.BeginObject();
    out.Member("brokerOffset", offsets.broker_offset);
    out.Member("consumerOffset", offsets.consumer_offset);
    out.Member("lastTimestamp", offsets.last_timestamp);
    out.Member("pullOffset", offsets.pull_offset);
    out.EndObject();
  }
  out.EndObject();
  out.EndObject();
  return out.Take();
}

Result<ConsumeStats> DecodeConsumeStats(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("consume stats", body));
  ConsumeStats stats;
  for (const JsonMember& member : document.root().Members("offsetTable")) {
    ConsumeStats::Queue& queue = stats.queues[ReadMessageQueueKey(member.key)];
    queue.broker_offset = member.value.Int("brokerOffset");
    queue.consumer_offset = member.value.Int("consumerOffset");
    queue.pull_offset = member.value.Int("pullOffset");
    queue.last_timestamp = member.value.Int("lastTimestamp");
  }
  stats.consume_tps = document.root().Double("consumeTps");
  return stats;
}

}  // namespace pintle::remoting
