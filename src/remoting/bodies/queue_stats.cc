#include "remoting/bodies/queue_stats.h"

#include "remoting/bodies/json_parts.h"

namespace pintle::remoting {

namespace {

void WriteConsumeStats(JsonWriter& out, const ConsumeStats& stats) {
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
}

ConsumeStats ReadConsumeStats(const JsonValue& value) {
  ConsumeStats stats;
  for (const JsonMember& member : value.Members("offsetTable")) {
    ConsumeStats::Queue& queue = stats.queues[ReadMessageQueueKey(member.key)];
    queue.broker_offset = member.value.Int("brokerOffset");
    queue.consumer_offset = member.value.Int("consumerOffset");
    queue.pull_offset = member.value.Int("pullOffset");
    queue.last_timestamp = member.value.Int("lastTimestamp");
  }
  stats.consume_tps = value.Double("consumeTps");
  return stats;
}

}  // namespace

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
  WriteConsumeStats(out, stats);
  return out.Take();
}

Result<ConsumeStats> DecodeConsumeStats(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("consume stats", body));
  return ReadConsumeStats(document.root());
}

// A list of tables with one group each, as RocketMQ has it.
std::string EncodeBrokerConsumeStats(const BrokerConsumeStats& stats) {
  JsonWriter out;
  out.BeginObject();
  out.Member("brokerAddr", stats.broker_address);
  out.Key("consumeStatsList");
  out.BeginArray();
  for (const auto& [group, topics] : stats.groups) {
    out.BeginObject();
    out.Key(group);
    out.BeginArray();
    for (const ConsumeStats& topic : topics) WriteConsumeStats(out, topic);
    out.EndArray();
    out.EndObject();
  }
  out.EndArray();
  out.Member("totalDiff", stats.total_diff);
  out.Member("totalInflightDiff", stats.total_inflight_diff);
  out.EndObject();
  return out.Take();
}

Result<BrokerConsumeStats> DecodeBrokerConsumeStats(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("a broker's consume stats", body));
  BrokerConsumeStats stats;
  stats.broker_address = document.root().String("brokerAddr");
  for (const JsonValue& item : document.root().Items("consumeStatsList")) {
    for (const JsonMember& member : item.members()) {
      auto& topics = stats.groups[std::string(member.key.text())];
      for (const JsonValue& topic : member.value.items()) topics.push_back(ReadConsumeStats(topic));
    }
  }
  stats.total_diff = document.root().Int("totalDiff");
  stats.total_inflight_diff = document.root().Int("totalInflightDiff");
  return stats;
}

std::string EncodeTimeSpans(const std::vector<QueueTimeSpan>& spans) {
  JsonWriter out;
  out.BeginObject();
  out.Key("consumeTimeSpanSet");
  out.BeginArray();
  for (const QueueTimeSpan& span : spans) {
    out.BeginObject();
    out.Member("consumeTimeStamp", span.consumed_ms);
    out.Member("delayTime", span.delay_ms);
    out.Member("maxTimeStamp", span.last_ms);
    out.Key("messageQueue");
    WriteMessageQueue(out, span.queue);
    out.Member("minTimeStamp", span.first_ms);
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
  return out.Take();
}

Result<std::vector<QueueTimeSpan>> DecodeTimeSpans(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("time spans", body));
  std::vector<QueueTimeSpan> spans;
  for (const JsonValue& item : document.root().Items("consumeTimeSpanSet")) {
    QueueTimeSpan span;
    if (const JsonValue* queue = item.Find("messageQueue")) span.queue = ReadMessageQueue(*queue);
    span.first_ms = item.Int("minTimeStamp");
    span.last_ms = item.Int("maxTimeStamp");
    span.consumed_ms = item.Int("consumeTimeStamp");
    span.delay_ms = item.Int("delayTime");
    spans.push_back(std::move(span));
  }
  return spans;
}

}  // namespace pintle::remoting
