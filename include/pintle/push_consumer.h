// Receives messages by calling a listener.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pintle/allocation.h"
#include "pintle/client_options.h"
#include "pintle/consumer_options.h"
#include "pintle/error.h"
#include "pintle/message.h"

namespace pintle::client {

enum class ConsumeVerdict : uint8_t {
  kSuccess,  // done with
  kLater,    // redelivered after a while, see reconsume_times; dropped when broadcasting
  kKeep,     // neither: stays uncommitted, and is delivered again once this consumer has left
};
enum class OrderVerdict : uint8_t {
  kSuccess,  // done with
  kSuspend,  // the queue waits for suspend_ms, then the same messages come again
};
enum class AckMode : uint8_t {
  kVerdict,  // as the listener says
  kAuto,     // done with once the listener has ended, whatever it said or threw
  kManual,   // done with by Ack(), in any order; what is not comes again
};

struct PushConsumerOptions {
  ClientOptions client;
  std::string group;  // required
  MessageModel model = MessageModel::kClustering;
  Allocation allocation = {};  // how the group shares queues out; empty: AllocateAveragely()
  StartFrom start_from = StartFrom::kLast;
  int64_t start_timestamp_ms = 0;  // for kTimestamp
  // Broadcasting needs kFile or kNowhere: the members' offsets differ.
  OffsetStorage offsets = OffsetStorage::kBroker;
  std::string offset_file;  // for kFile; made when missing; one consumer's alone
  AckMode ack = AckMode::kVerdict;
  int64_t ack_timeout_ms = 60'000;  // kManual: delivered again when not acknowledged by then
  int32_t threads = 8;              // that run the listener
  int32_t pull_batch = 32;          // messages asked for at once
  int32_t listener_batch = 1;       // messages given to the listener at once, of one queue
  // Further deliveries before a message becomes a dead letter; -1: 16, and endless in order.
  int32_t max_reconsume_times = -1;
  int64_t suspend_ms = 1'000;          // how long a suspended queue waits
  size_t cached_messages_max = 1'000;  // per queue; past it pulling pauses
  size_t cached_bytes_max = 64 << 20;  // per queue
  int64_t commit_interval_ms = 5'000;
};

// `messages` is there during the call: a copy of a message outlives it. An exception that leaves a
// listener counts as kLater or kSuspend.
using MessageListener = std::function<ConsumeVerdict(std::span<const MessageView> messages)>;
using OrderedListener = std::function<OrderVerdict(std::span<const MessageView> messages)>;

// Threads: any thread; a listener runs on the consumer's own threads: concurrently, or, in order, for
// one batch of each queue at a time.
class PushConsumer {
 public:
  static Result<std::unique_ptr<PushConsumer>> Create(PushConsumerOptions options);
  virtual ~PushConsumer() = default;  // shuts down

  // `expression`: "*", or tags as "a || b". Before or after Start().
  virtual Status Subscribe(const std::string& topic, const std::string& expression) = 0;
  // The messages whose properties a SQL92 expression takes: "price > 10 AND region IN ('EU')". It is
  // compiled here: kInvalidArgument tells where it is wrong. A broker that does not serve such
  // expressions refuses Start().
  virtual Status SubscribeSql(const std::string& topic, const std::string& expression) = 0;
  // One of the two, before Start().
  virtual void SetListener(MessageListener listener) = 0;
  // Each queue in the order in which it was written. When clustering, the broker's lock on a queue
  // keeps other members away from it. Not with AckMode::kManual.
  virtual void SetOrderedListener(OrderedListener listener) = 0;
  virtual Status Start() = 0;
  // kManual: the message is done with. kNotFound: it is not this consumer's any more, or was
  // acknowledged before.
  virtual Status Ack(const MessageView& message) = 0;
  // The queues that this member holds now.
  virtual std::vector<MessageQueue> Assignment() const = 0;
  // Stops pulling, waits for listeners, commits offsets, leaves the group. Again is harmless.
  virtual void Shutdown() = 0;
};

}  // namespace pintle::client
