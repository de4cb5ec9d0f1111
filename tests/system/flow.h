// Numbered messages on their way through a topic, with a ledger: what was acknowledged, what came.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "pintle/producer.h"
#include "pintle/push_consumer.h"

namespace pintle::testing {

// Threads: the owner's, but for what it starts itself.
class Flow {
 public:
  Flow(client::ClientOptions client, std::string topic, std::string group);
  ~Flow();
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  // Sends one message after the other to queues in turn, with `retries` on other brokers. What is
  // refused in the end is counted and not sent again.
  void StartSender(int32_t retries);
  // Sends to one queue alone, each message again and again until it is acknowledged, and only then
  // the next: in the queue the numbers never descend.
  void StartOrderedSender(client::MessageQueue queue);
  void StopSenders();
  void AddConsumer();
  void AddOrderedConsumer();
  void RemoveConsumer();  // the last one that was added
  // A consumer's listener takes so long for each message; 0: no time.
  void SetListenerMs(int64_t ms) { listener_ms_ = ms; }

  int64_t acknowledged() const { return acknowledged_; }
  int64_t refused() const { return refused_; }
  std::string last_refusal() const;
  // Until so many more are acknowledged than now; false after two minutes.
  bool AwaitAcknowledged(int64_t more);
  // Until everything has come that is acknowledged by now; false after two minutes.
  bool AwaitDelivered();
  // Queues, "broker-a/3", to which something acknowledged after `since` (numbers are counted up)
  // went.
  std::map<std::string, int64_t> AcknowledgedByQueue(int64_t since) const;
  int64_t sent() const { return next_; }
  // The queues that the consumers hold together.
  size_t assigned() const;

  // What must never be: of each kind the first, empty when there is none.
  std::string complaint() const;
  int64_t duplicates() const;

 private:
  struct Entry {
    bool acknowledged = false;
    std::string queue;
    int64_t deliveries = 0;
  };
  struct Seen {
    std::map<int64_t, int64_t> numbers;  // by offset
    int64_t last = -1;                   // the largest offset
    bool ordered = false;
  };

  int64_t Begin();
  void Acknowledge(int64_t number, const client::SendReceipt& receipt);
  void Refuse(const client::Error& error);
  void Deliver(const client::MessageView& message, bool ordered);
  void AddConsumer(bool ordered);
  void Complain(std::string what);
  size_t Missing(int64_t below) const;
  std::unique_ptr<client::Producer> StartProducer(int32_t retries);

  const client::ClientOptions client_;
  const std::string topic_;
  const std::string group_;
  std::atomic<bool> stopping_{false};
  std::atomic<int64_t> next_{0};
  std::atomic<int64_t> acknowledged_{0};
  std::atomic<int64_t> refused_{0};
  std::atomic<int64_t> listener_ms_{0};
  std::vector<std::thread> senders_;
  std::vector<std::unique_ptr<client::PushConsumer>> consumers_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<int64_t, Entry> entries_;
  std::map<std::string, Seen> queues_;
  std::string complaint_;
  std::string last_refusal_;
  int64_t duplicates_ = 0;
};

}  // namespace pintle::testing
