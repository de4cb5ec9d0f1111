// GET_TOPIC_STATS_INFO (202), GET_CONSUME_STATS (208) and their like: offsets and times queue by
// queue. In tables the queue itself is the key.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "model/queue.h"
#include "remoting/json.h"

namespace pintle::remoting {

struct TopicStats {
  struct Queue {
    int64_t min_offset = 0;
    int64_t max_offset = 0;
    int64_t last_update_timestamp = 0;  // when the newest message was stored; 0: never
    friend bool operator==(const Queue&, const Queue&) = default;
  };
  std::map<model::MessageQueue, Queue> queues;
  double put_tps = 0;

  friend bool operator==(const TopicStats&, const TopicStats&) = default;
};

std::string EncodeTopicStats(const TopicStats& stats, JsonStyle style = JsonStyle::kLegacy);
Result<TopicStats> DecodeTopicStats(ByteView body);

struct ConsumeStats {
  struct Queue {
    int64_t broker_offset = 0;    // the queue's end
    int64_t consumer_offset = 0;  // committed
    int64_t pull_offset = 0;      // handed out
    int64_t last_timestamp = 0;   // when the newest consumed message was stored
    friend bool operator==(const Queue&, const Queue&) = default;
  };
  std::map<model::MessageQueue, Queue> queues;
  double consume_tps = 0;

  friend bool operator==(const ConsumeStats&, const ConsumeStats&) = default;
};

std::string EncodeConsumeStats(const ConsumeStats& stats, JsonStyle style = JsonStyle::kLegacy);
Result<ConsumeStats> DecodeConsumeStats(ByteView body);

// GET_BROKER_CONSUME_STATS (317): the progress of each group, topic by topic.
struct BrokerConsumeStats {
  std::string broker_address;
  std::map<std::string, std::vector<ConsumeStats>> groups;
  int64_t total_diff = 0;           // not consumed yet
  int64_t total_inflight_diff = 0;  // handed out and not consumed yet

  friend bool operator==(const BrokerConsumeStats&, const BrokerConsumeStats&) = default;
};

std::string EncodeBrokerConsumeStats(const BrokerConsumeStats& stats);
Result<BrokerConsumeStats> DecodeBrokerConsumeStats(ByteView body);

// QUERY_CONSUME_TIME_SPAN (303): from when to when the messages of a queue are.
struct QueueTimeSpan {
  model::MessageQueue queue;
  int64_t first_ms = -1;     // when the first message was stored; -1: there is none
  int64_t last_ms = -1;      // the last one
  int64_t consumed_ms = -1;  // the last consumed one; the first one's when nothing is
  int64_t delay_ms = 0;      // for how long the next one has been waiting

  friend bool operator==(const QueueTimeSpan&, const QueueTimeSpan&) = default;
};

std::string EncodeTimeSpans(const std::vector<QueueTimeSpan>& spans);
Result<std::vector<QueueTimeSpan>> DecodeTimeSpans(ByteView body);

}  // namespace pintle::remoting
