// Reads queues by polling, and remembers where it is.
//
// Which consumer? PushConsumer calls a listener and redelivers. LitePullConsumer is asked for the
// next messages, of queues that the group shares out (Subscribe) or that are named (Assign), and
// keeps positions and offsets. PullConsumer answers one question at a time and remembers nothing.
//
//   auto consumer = pintle::client::LitePullConsumer::Create(options);
//   (*consumer)->Subscribe("orders", "*");
//   for (;;) {
//     auto messages = (*consumer)->Poll(1'000);
//     ...
//   }
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pintle/allocation.h"
#include "pintle/client_options.h"
#include "pintle/consumer_options.h"
#include "pintle/error.h"
#include "pintle/message.h"

namespace pintle::client {

struct LitePullConsumerOptions {
  ClientOptions client;
  std::string group;           // required
  Allocation allocation = {};  // how the group shares queues out; empty: AllocateAveragely()
  StartFrom start_from = StartFrom::kLast;
  int64_t start_timestamp_ms = 0;  // for kTimestamp
  OffsetStorage offsets = OffsetStorage::kBroker;
  std::string offset_file;  // for kFile; made when missing; one consumer's alone
  // Commits by itself what earlier calls of Poll() gave, every commit_interval_ms and when queues go,
  // and at Shutdown() what all of them gave. False: only Commit() does.
  bool auto_commit = true;
  int64_t commit_interval_ms = 5'000;
  int32_t poll_batch = 128;            // messages that one Poll() gives at most
  int32_t pull_batch = 32;             // messages asked for at once, of one queue
  size_t cached_messages_max = 1'000;  // fetched and not polled, per queue; past it fetching pauses
  size_t cached_bytes_max = 64 << 20;  // likewise
  // A folder in which fetched messages are kept until they are committed, so that a job goes on, also
  // after a restart, while no broker can be reached. For Assign(), with offsets = kBroker; one
  // consumer's alone. Empty: none.
  std::string spool_folder;
  int64_t spool_bytes_max = int64_t{1} << 30;  // of all queues; past it fetching pauses
};

// Threads: any thread, Poll() one at a time. No call may come from a callback of the SDK.
class LitePullConsumer {
 public:
  // kInvalidArgument: options that contradict each other. kIo: the spool cannot be opened.
  static Result<std::unique_ptr<LitePullConsumer>> Create(LitePullConsumerOptions options);
  virtual ~LitePullConsumer() = default;  // shuts down

  // Joins the group and reads this member's share of the topic, as `expression` ("*", or tags as
  // "a || b") says. kInvalidArgument after Assign().
  virtual Status Subscribe(const std::string& topic, const std::string& expression) = 0;
  // The same with a SQL92 expression over the messages' properties.
  virtual Status SubscribeSql(const std::string& topic, const std::string& expression) = 0;
  // Reads just these queues, whoever else does; replaces what was assigned before, and queues in both
  // go on where they are. kInvalidArgument after Subscribe().
  virtual Status Assign(std::vector<MessageQueue> queues, const std::string& expression) = 0;
  // The same with a SQL92 expression.
  virtual Status AssignSql(std::vector<MessageQueue> queues, const std::string& expression) = 0;
  // The topic's readable queues; with a spool, and no name server in reach, those of the spool.
  virtual Result<std::vector<MessageQueue>> Queues(const std::string& topic) = 0;
  // The queues that are read now.
  virtual std::vector<MessageQueue> Assignment() = 0;

  // The next messages, each queue's in order; none when there are none within `timeout_ms`. kIo: the
  // spool cannot be read or written.
  virtual Result<std::vector<MessageView>> Poll(int64_t timeout_ms) = 0;

  // The offset that Poll() gives next of the queue. This and the following answer kNotFound for a
  // queue that is not read here.
  virtual Result<int64_t> Position(const MessageQueue& queue) = 0;
  // Goes on at `offset`. kInvalidArgument: outside of what the queue holds.
  virtual Status Seek(const MessageQueue& queue, int64_t offset) = 0;
  virtual Status SeekToBegin(const MessageQueue& queue) = 0;
  virtual Status SeekToEnd(const MessageQueue& queue) = 0;
  // Goes on with the first message stored at or after the time, in ms since 1970.
  virtual Status SeekToTime(const MessageQueue& queue, int64_t timestamp_ms) = 0;
  // The first offset stored at or after the time; of any queue. The end when there is none.
  virtual Result<int64_t> OffsetForTimestamp(const MessageQueue& queue, int64_t timestamp_ms) = 0;
  // Poll() leaves the queues out until Resume(). Those that are not read here are passed over.
  virtual void Pause(std::span<const MessageQueue> queues) = 0;
  virtual void Resume(std::span<const MessageQueue> queues) = 0;

  // Everything that Poll() gave is done with. Returns when it is kept where the offsets are: with a
  // spool, on this disk, from where the broker learns of it when it can be reached.
  virtual Status Commit() = 0;
  // The queue is done with up to before `offset`.
  virtual Status Commit(const MessageQueue& queue, int64_t offset) = 0;
  // What is committed; empty when nothing. Of any queue.
  virtual Result<std::optional<int64_t>> Committed(const MessageQueue& queue) = 0;

  // Commits as `auto_commit` says, leaves the group, wakes a Poll(). Again is harmless.
  virtual void Shutdown() = 0;
};

}  // namespace pintle::client
