// GET_TOPIC_STATS_INFO (202) and GET_CONSUME_STATS (208): offsets queue by queue. The queue itself
// is the key.
#pragma once

#include <cstdint>
#include <map>
#include <string>

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

}  // namespace pintle::remoting
