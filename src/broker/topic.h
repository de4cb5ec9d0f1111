// A topic as requests use it: its configuration, and where its queues are in the store.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "broker/rate.h"
#include "model/topic.h"
#include "store/message_store.h"

namespace pintle::broker {

// Counts that outlive a change of the topic's configuration.
struct TopicTraffic {
  std::atomic<int64_t> messages_in{0};
  std::atomic<uint32_t> next_queue{0};  // for messages that leave the choice to the broker
  std::atomic<double> messages_per_second{0};
  Rate rate;  // the sampler's
};

// Threads: any thread. The configuration never changes: a change of it makes another Topic.
class Topic {
 public:
  Topic(model::TopicConfig config, store::MessageStore& store,
        std::shared_ptr<TopicTraffic> traffic)
      : config_(std::move(config)),
        store_(store),
        traffic_(std::move(traffic)),
        send_forbidden_(model::IsSendForbidden(config_.name)),
        is_retry_(model::IsRetryTopic(config_.name)) {
    const int32_t queues = std::max(config_.read_queues, config_.write_queues);
    queue_count_ = std::max(queues, 0);
    queues_ = std::make_unique<std::atomic<store::ConsumeQueue*>[]>(queue_count_);
  }

  const model::TopicConfig& config() const { return config_; }
  const std::string& name() const { return config_.name; }
  // The larger of read and write queues; queue ids are below it.
  int32_t queue_count() const { return queue_count_; }
  bool send_forbidden() const { return send_forbidden_; }
  bool is_retry() const { return is_retry_; }
  const std::shared_ptr<TopicTraffic>& traffic() const { return traffic_; }
  uint32_t NextQueue() const {
    return traffic_->next_queue.fetch_add(1, std::memory_order_relaxed);
  }

  // The queue's place in the store, made when it is first asked for. kInvalidArgument when
  // `queue_id` is not below queue_count().
  Result<store::ConsumeQueue*> Queue(int32_t queue_id) const {
    if (queue_id < 0 || queue_id >= queue_count_) {
      return Fail(ErrorCode::kInvalidArgument, "topic {} has {} queues; queue {} is asked for",
                  config_.name, queue_count_, queue_id);
    }
    auto& place = queues_[queue_id];
    if (auto* queue = place.load(std::memory_order_acquire)) [[likely]]
      return queue;
    PINTLE_ASSIGN(auto* queue, store_.OpenQueue(config_.name, queue_id));
    place.store(queue, std::memory_order_release);
    return queue;
  }

 private:
  const model::TopicConfig config_;
  store::MessageStore& store_;
  const std::shared_ptr<TopicTraffic> traffic_;
  const bool send_forbidden_;
  const bool is_retry_;
  int32_t queue_count_ = 0;  // const after construction
  // Filled as queues are used; every writer of a place writes the same pointer.
  std::unique_ptr<std::atomic<store::ConsumeQueue*>[]> queues_;
};

}  // namespace pintle::broker
