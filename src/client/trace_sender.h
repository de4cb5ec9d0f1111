// What became of messages, told in messages of their own as RocketMQ's clients tell it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "pintle/client_options.h"
#include "pintle/error.h"
#include "pintle/message.h"
#include "pintle/producer.h"

namespace pintle::client {

// What a trace says of the message itself, taken before it leaves.
struct TraceSubject {
  std::string tags;
  std::string keys;
  size_t body_bytes = 0;
  int type = 0;  // 0 normal, 1 half of a transaction, 3 delayed

  static TraceSubject Of(const Message& message);
  static TraceSubject Of(const MessageView& message);
};

struct SendTrace {
  std::string topic;
  std::string message_ids;  // of a batch all of them, separated by commas
  std::string offset_message_id;
  std::string store_host;
  std::string region;
  int64_t start_ms = 0;
  int64_t cost_ms = 0;
  bool success = true;
};

// What a producer told the broker about a half message.
struct TransactionTrace {
  std::string topic;
  std::string message_id;  // its transaction's id, too
  std::string store_host;
  std::string region;  // empty: not known
  int64_t time_ms = 0;
  TransactionVerdict verdict = TransactionVerdict::kUnknown;
  bool was_asked = false;  // the broker asked
};

// How a listener left a batch: RocketMQ's numbers.
enum class ConsumeOutcome : uint8_t { kSuccess = 0, kException = 2, kFailed = 4 };

// The fields of a trace are separated by 0x01, each trace ends with 0x02:
//   Pub time region group topic id tags keys store-host body-bytes cost type offset-id success
//   EndTransaction time region group topic id tags keys store-host type id verdict asked
//   SubBefore time region group request id retries keys
//   SubAfter request id cost success keys code time group
std::string EncodeSendTrace(const std::string& group, const TraceSubject& subject,
                            const SendTrace& send, std::string_view message_id);
std::string EncodeEndTrace(const std::string& group, const TraceSubject& subject,
                           const TransactionTrace& end);
std::string EncodeBeforeTrace(const std::string& group, const std::string& request,
                              int64_t start_ms, const MessageView& message);
std::string EncodeAfterTrace(const std::string& group, const std::string& request, int64_t start_ms,
                             int64_t cost_ms, ConsumeOutcome outcome, const MessageView& message);

// Threads: any thread; Start() and Stop() by the owner.
class TraceSender {
 public:
  // nullptr when the options want no trace.
  static Result<std::unique_ptr<TraceSender>> Start(const ClientOptions& options,
                                                    const std::string& group);
  ~TraceSender();

  void AddSend(const TraceSubject& subject, const SendTrace& send);
  void AddEnd(const TraceSubject& subject, const TransactionTrace& end);
  void AddBefore(const std::string& request, int64_t start_ms,
                 std::span<const MessageView> messages);
  void AddAfter(const std::string& request, int64_t start_ms, int64_t cost_ms,
                ConsumeOutcome outcome, std::span<const MessageView> messages);
  // Sends what is left, and waits for it as long as a request may take.
  void Stop();

 private:
  TraceSender(std::string topic, std::string group, std::unique_ptr<Producer> producer);
  // `keys`: by which the trace is found.
  void Add(std::string trace, std::string_view message_id, std::string_view keys);
  void Run();
  void SendAll();

  const std::string topic_;
  const std::string group_;
  const std::unique_ptr<Producer> producer_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  std::string data_ GUARDED_BY(mutex_);
  std::set<std::string> keys_ GUARDED_BY(mutex_);
  int64_t dropped_ GUARDED_BY(mutex_) = 0;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;  // the owner's
};

}  // namespace pintle::client
