// Sends messages.
//
//   pintle::client::ProducerOptions options;
//   options.client.name_servers = {"127.0.0.1:9876"};
//   auto producer = pintle::client::Producer::Start(options);
//   auto sent = (*producer)->Send({.topic = "orders", .body = "hello"});
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pintle/client_options.h"
#include "pintle/error.h"
#include "pintle/message.h"

namespace pintle::client {

enum class SendStatus : uint8_t {
  kOk,
  kFlushDiskTimeout,   // stored, not yet known to be on disk
  kFlushSlaveTimeout,  // stored, not yet known to be on a slave
  kSlaveNotAvailable,  // stored, there is no slave to have it
};

struct SendReceipt {
  SendStatus status = SendStatus::kOk;
  std::string message_id;         // ours (UNIQ_KEY)
  std::string offset_message_id;  // the broker's; comma-separated for a batch
  MessageQueue queue;
  int64_t queue_offset = 0;
};

// What became of a local transaction.
enum class TransactionVerdict : uint8_t {
  kCommit,    // consumers get the message
  kRollback,  // nobody ever gets it
  kUnknown,   // the broker asks later, through ProducerOptions::check_transaction
};

struct TransactionReceipt {
  SendReceipt sent;  // of the half message
  // What the broker was told. It is told without an answer: when that does not arrive, or at
  // kUnknown, it asks the producers of the group.
  TransactionVerdict verdict = TransactionVerdict::kUnknown;
};

// The local transaction of a message that is already stored, unseen by consumers, under
// `message_id`. An exception that leaves it counts as kUnknown.
using LocalTransaction =
    std::function<TransactionVerdict(const Message& message, const std::string& message_id)>;
// Tells what became of the local transaction of a half message, which any producer of the group may
// have sent. An exception that leaves it counts as kUnknown.
using TransactionCheck = std::function<TransactionVerdict(const MessageView& half)>;

struct ProducerOptions {
  ClientOptions client;
  std::string group = "PINTLE_PRODUCER";
  int32_t retries =
      2;  // further tries of Send() and SendAsync(), on another broker where there is one
  int32_t default_queues = 4;  // asked for when the topic is created by this send
  size_t message_bytes_max = 4 << 20;
  size_t compress_from_bytes =
      4096;                     // bodies of at least this size leave zlib-compressed; 0: never
  size_t in_flight_max = 4096;  // SendAsync() and RequestAsync() past it: kOverloaded
  // Set: brokers ask this producer about undecided transactions of the group, from its start on, also
  // about those of members that are gone. Runs on a thread of its own, one question at a time.
  TransactionCheck check_transaction = {};
};

// Chooses one of the topic's queues (never empty); returns its index. They are the writable ones,
// sorted, or those that the topic's order configuration names, in its order.
using QueueSelector =
    std::function<size_t(std::span<const MessageQueue> queues, const Message& message)>;

// Threads: any thread.
class Producer {
 public:
  // Connects lazily: an unreachable name server shows at the first send.
  static Result<std::unique_ptr<Producer>> Start(ProducerOptions options);
  virtual ~Producer() = default;  // shuts down

  // Waits for the broker's answer. Queues in turn; a failed try goes to another broker.
  virtual Result<SendReceipt> Send(const Message& message) = 0;
  // To the queue that the selector chooses, so that messages with one key keep their order. Not
  // retried elsewhere.
  virtual Result<SendReceipt> Send(const Message& message, const QueueSelector& selector) = 0;
  // All to one queue of one topic in one request.
  virtual Result<SendReceipt> SendBatch(std::span<const Message> messages) = 0;
  // `done` runs once, on a thread of the SDK; it must not block.
  virtual void SendAsync(Message message, std::function<void(Result<SendReceipt>)> done) = 0;
  virtual void SendAsync(Message message, QueueSelector selector,
                         std::function<void(Result<SendReceipt>)> done) = 0;
  // Success says that it left this process, no more.
  virtual Status SendOneway(const Message& message) = 0;

  // Sends a message that asks for an answer and waits for it: for the reply of the consumer that got
  // the message, in this SDK by Reply(). `timeout_ms` is for all of it. kTimeout: nobody replied in
  // time, although the message may have been consumed. kNotStarted: shut down before that.
  virtual Result<MessageView> Request(const Message& message, int64_t timeout_ms) = 0;
  // The same by the queue that the selector chooses.
  virtual Result<MessageView> Request(const Message& message, const QueueSelector& selector,
                                      int64_t timeout_ms) = 0;
  // `done` runs once, on a thread of the SDK; it must not block.
  virtual void RequestAsync(Message message, int64_t timeout_ms,
                            std::function<void(Result<MessageView>)> done) = 0;
  virtual void RequestAsync(Message message, QueueSelector selector, int64_t timeout_ms,
                            std::function<void(Result<MessageView>)> done) = 0;
  // Answers a message that was sent by Request(), of this SDK or of another client. Success says that
  // the asker has the reply; kRefused that it is gone. kInvalidArgument: `request` asks for nothing.
  virtual Result<SendReceipt> Reply(const MessageView& request, std::string body) = 0;

  // Stores the message where consumers do not see it, runs `local` on this thread, and tells the broker
  // what to do with it. An error says that it was not stored, or, with kTimeout, that it is unknown
  // and `local` did not run; a half message that was stored nevertheless is asked about later. Needs
  // ProducerOptions::check_transaction; delay levels are refused.
  virtual Result<TransactionReceipt> SendInTransaction(const Message& message,
                                                       const LocalTransaction& local) = 0;

  // The queues that a QueueSelector chooses from, fetched when not known.
  virtual Result<std::vector<MessageQueue>> Queues(const std::string& topic) = 0;
  // Waits for what is in flight, then unregisters. Again is harmless.
  virtual void Shutdown() = 0;
};

}  // namespace pintle::client
