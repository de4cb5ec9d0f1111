// Reading queues by explicit requests: what every consumer of ours does in the end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/client_runtime.h"
#include "client/pulled_records.h"
#include "model/subscription.h"
#include "pintle/error.h"
#include "pintle/message.h"
#include "pintle/pull_consumer.h"

namespace pintle::client {

// A topic's readable queues, sorted.
std::vector<MessageQueue> ReadableQueues(const std::string& topic, const model::TopicRoute& route);

// Threads: the runtime's loop.
class QueueReader {
 public:
  QueueReader(ClientRuntime& runtime, std::string group)
      : runtime_(runtime), group_(std::move(group)) {}

  // Asks the name servers, whatever is remembered.
  net::Task<Result<std::vector<MessageQueue>>> Queues(std::string topic);
  // Up to `max` messages from `offset`; the broker waits for at most `wait_ms` when there are none.
  net::Task<Result<PulledRecords>> PullRecords(MessageQueue queue, model::Subscription subscription,
                                               int64_t offset, int32_t max, int64_t wait_ms);
  // The same as views.
  net::Task<Result<PullBatch>> Pull(MessageQueue queue, model::Subscription subscription,
                                    int64_t offset, int32_t max, int64_t wait_ms);
  net::Task<Result<int64_t>> MinOffset(MessageQueue queue);
  net::Task<Result<int64_t>> MaxOffset(MessageQueue queue);
  net::Task<Result<int64_t>> OffsetAt(MessageQueue queue, int64_t timestamp_ms);

 private:
  // One request to the queue's broker.
  net::Task<Result<Answer>> Ask(MessageQueue queue, remoting::Request request, int64_t timeout_ms);
  net::Task<Result<int64_t>> AskOffset(MessageQueue queue, remoting::Request request);

  ClientRuntime& runtime_;
  const std::string group_;
};

}  // namespace pintle::client
