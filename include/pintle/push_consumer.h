// Receives messages by calling a listener.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "pintle/client_options.h"
#include "pintle/error.h"
#include "pintle/message.h"

namespace pintle::client {

enum class StartFrom : uint8_t { kLast, kFirst, kTimestamp };  // for a group without an offset
enum class ConsumeVerdict : uint8_t {
  kSuccess,  // done with
  kLater,    // redelivered after a while, see reconsume_times
  kKeep,     // neither: stays uncommitted, and is delivered again once this consumer has left
};

struct PushConsumerOptions {
  ClientOptions client;
  std::string group;  // required
  StartFrom start_from = StartFrom::kLast;
  int64_t start_timestamp_ms = 0;  // for kTimestamp
  int32_t threads = 8;             // that run the listener
  int32_t pull_batch = 32;         // messages asked for at once
  int32_t listener_batch = 1;      // messages given to the listener at once, of one queue
  int32_t max_reconsume_times = 16;
  size_t cached_messages_max = 1'000;  // per queue; past it pulling pauses
  size_t cached_bytes_max = 64 << 20;  // per queue
  int64_t commit_interval_ms = 5'000;
};

using MessageListener = std::function<ConsumeVerdict(std::span<const MessageView> messages)>;

// Clustering: the queues of each topic are shared out evenly among the group's members.
// Threads: any thread; the listener runs on the consumer's own threads, concurrently.
class PushConsumer {
 public:
  static Result<std::unique_ptr<PushConsumer>> Create(PushConsumerOptions options);
  virtual ~PushConsumer() = default;  // shuts down

  // `expression`: "*", or tags as "a || b". Before or after Start().
  virtual Status Subscribe(const std::string& topic, const std::string& expression) = 0;
  virtual void SetListener(MessageListener listener) = 0;
  virtual Status Start() = 0;
  // The queues that this member holds now.
  virtual std::vector<MessageQueue> Assignment() const = 0;
  // Stops pulling, waits for listeners, commits offsets, leaves the group. Again is harmless.
  virtual void Shutdown() = 0;
};

}  // namespace pintle::client
