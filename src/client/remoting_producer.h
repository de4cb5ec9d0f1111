// The producer over remoting.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "client/client_runtime.h"
#include "pintle/producer.h"

namespace pintle::client {

// A topic's writable queues, sorted, each with a master that takes messages.
struct PublishQueues {
  Route route;  // what they were made from
  std::vector<MessageQueue> queues;
};

class RemotingProducer final : public Producer {
 public:
  static Result<std::unique_ptr<Producer>> Start(ProducerOptions options);
  ~RemotingProducer() override;

  Result<SendReceipt> Send(const Message& message) override;
  Result<SendReceipt> Send(const Message& message, const QueueSelector& selector) override;
  Result<SendReceipt> SendBatch(std::span<const Message> messages) override;
  void SendAsync(Message message, std::function<void(Result<SendReceipt>)> done) override;
  void SendAsync(Message message, QueueSelector selector,
                 std::function<void(Result<SendReceipt>)> done) override;
  Status SendOneway(const Message& message) override;
  Result<std::vector<MessageQueue>> Queues(const std::string& topic) override;
  void Shutdown() override;

 private:
  // One message, or one batch, ready to leave: what does not change from try to try.
  struct Parcel {
    std::string topic;
    std::string body;
    std::string properties;
    std::string message_id;
    int32_t sys_flag = 0;
    int32_t flag = 0;
    bool batch = false;
  };

  RemotingProducer(ProducerOptions options, std::unique_ptr<ClientRuntime> runtime);
  Status CheckRunning() const;
  Parcel Pack(const Message& message);
  void StartAsync(Message message, QueueSelector selector,
                  std::function<void(Result<SendReceipt>)> done);

  // On the loop:
  net::Task<Result<std::shared_ptr<const PublishQueues>>> FindQueues(std::string topic);
  net::Task<Result<SendReceipt>> Deliver(Parcel parcel);
  net::Task<Result<SendReceipt>> DeliverTo(Parcel parcel, Message message, QueueSelector selector);
  net::Task<Result<SendReceipt>> TryOnce(const Parcel* parcel, MessageQueue queue,
                                         int64_t timeout_ms);
  net::Task<Status> DeliverOneway(Parcel parcel);
  net::Task<void> DeliverAsync(Parcel parcel, Message message, QueueSelector selector,
                               std::function<void(Result<SendReceipt>)> done);
  net::Task<Result<std::vector<MessageQueue>>> ListQueues(std::string topic);
  net::Task<void> Heartbeats();
  net::Task<void> BeatOnce();
  net::Task<Status> Leave();
  // The next queue in turn; prefers another broker than `avoid`.
  MessageQueue PickQueue(const PublishQueues& publish, const std::string& avoid);
  remoting::Request SendRequest(const Parcel& parcel, const MessageQueue& queue) const;

  const ProducerOptions options_;
  std::unique_ptr<ClientRuntime> runtime_;
  std::atomic<bool> shut_down_{false};
  std::atomic<size_t> in_flight_{0};
  // The loop's:
  size_t turn_ = 0;
  std::map<std::string, std::shared_ptr<const PublishQueues>> publish_;
};

}  // namespace pintle::client
