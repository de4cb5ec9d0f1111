// Reads queues at one's own pace and place; it remembers nothing. See also lite_pull_consumer.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pintle/client_options.h"
#include "pintle/error.h"
#include "pintle/message.h"

namespace pintle::client {

struct PullConsumerOptions {
  ClientOptions client;
  std::string group;  // required
};

enum class PullStatus : uint8_t {
  kFound,
  kNoNewMessage,   // nothing there yet
  kNoMatch,        // messages, but none that the expression lets through; go on at `next_offset`
  kOffsetIllegal,  // out of range; `next_offset` is the nearest valid one
};

struct PullBatch {
  PullStatus status = PullStatus::kNoNewMessage;
  std::vector<MessageView> messages;
  int64_t next_offset = 0;
  int64_t min_offset = 0;
  int64_t max_offset = 0;  // one past the last
};

// Threads: any thread.
class PullConsumer {
 public:
  static Result<std::unique_ptr<PullConsumer>> Start(PullConsumerOptions options);
  virtual ~PullConsumer() = default;

  // The topic's readable queues.
  virtual Result<std::vector<MessageQueue>> Queues(const std::string& topic) = 0;
  // Up to `max` messages from `offset`; waits at the broker for at most `wait_ms` when there are
  // none. `expression`: "*" or tags as "a || b".
  virtual Result<PullBatch> Pull(const MessageQueue& queue, const std::string& expression,
                                 int64_t offset, int32_t max, int64_t wait_ms) = 0;
  // The same with a SQL92 expression over the messages' properties.
  virtual Result<PullBatch> PullSql(const MessageQueue& queue, const std::string& expression,
                                    int64_t offset, int32_t max, int64_t wait_ms) = 0;
  // What the group has committed; empty when nothing.
  virtual Result<std::optional<int64_t>> CommittedOffset(const MessageQueue& queue) = 0;
  virtual Status CommitOffset(const MessageQueue& queue, int64_t offset) = 0;
  virtual Result<int64_t> MinOffset(const MessageQueue& queue) = 0;
  virtual Result<int64_t> MaxOffset(const MessageQueue& queue) = 0;
  // The first offset stored at or after the time.
  virtual Result<int64_t> OffsetAt(const MessageQueue& queue, int64_t timestamp_ms) = 0;
  virtual void Shutdown() = 0;
};

}  // namespace pintle::client
