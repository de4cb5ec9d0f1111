// The producer over remoting.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/client_runtime.h"
#include "client/listener_pool.h"
#include "client/message_text.h"
#include "client/publish_queues.h"
#include "client/trace_sender.h"
#include "pintle/producer.h"
#include "remoting/protocol/end_transaction.h"

namespace pintle::client {

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
  Result<MessageView> Request(const Message& message, int64_t timeout_ms) override;
  Result<MessageView> Request(const Message& message, const QueueSelector& selector,
                              int64_t timeout_ms) override;
  void RequestAsync(Message message, int64_t timeout_ms,
                    std::function<void(Result<MessageView>)> done) override;
  void RequestAsync(Message message, QueueSelector selector, int64_t timeout_ms,
                    std::function<void(Result<MessageView>)> done) override;
  Result<SendReceipt> Reply(const MessageView& request, std::string body) override;
  Result<TransactionReceipt> SendInTransaction(const Message& message,
                                               const LocalTransaction& local) override;
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
    int32_t code = remoting::request_code::kSendMessageV2;
    bool batch = false;
    TraceSubject subject;  // of the trace
  };
  // One that asked and has no answer yet.
  struct Asker {
    explicit Asker(net::Loop& loop) : pause(loop) {}
    Pauses pause;
    std::optional<Result<MessageView>> outcome;
  };

  RemotingProducer(ProducerOptions options, std::unique_ptr<ClientRuntime> runtime,
                   std::unique_ptr<TraceSender> trace);
  Status CheckRunning() const;
  // CheckRunning(), and whether the message may leave.
  Status CheckSend(const Message& message) const;
  // Takes a place among those in flight, or says that there is none.
  Status Enter();
  void Exit() { in_flight_.fetch_sub(1, std::memory_order_acq_rel); }
  SystemProperties InNameSpace(SystemProperties system) const;
  Parcel Pack(const Message& message, const SystemProperties& system = {});
  void StartAsync(Message message, QueueSelector selector,
                  std::function<void(Result<SendReceipt>)> done);

  // On the loop:
  net::Task<Result<std::shared_ptr<const PublishQueues>>> FindQueues(std::string topic);
  net::Task<Result<SendReceipt>> Deliver(Parcel parcel, int64_t timeout_ms);
  net::Task<Result<SendReceipt>> DeliverTo(Parcel parcel, Message message, QueueSelector selector,
                                           int64_t timeout_ms);
  net::Task<Result<SendReceipt>> TryOnce(const Parcel* parcel, MessageQueue queue,
                                         int64_t timeout_ms);
  net::Task<Status> DeliverOneway(Parcel parcel);
  net::Task<void> DeliverAsync(Parcel parcel, Message message, QueueSelector selector,
                               std::function<void(Result<SendReceipt>)> done);
  net::Task<Result<std::vector<MessageQueue>>> ListQueues(std::string topic);
  net::Task<void> Heartbeats();
  net::Task<void> BeatOnce();
  // The heartbeats that are due to brokers which do not know of this producer: those that are to find
  // it by its name.
  net::Task<void> Greet();
  net::Task<void> Beat(std::string address);
  net::Task<Status> Leave();
  net::Task<remoting::ServerRequestAnswer> Answer(remoting::ServerRequest request);

  // Request and reply (producer_requests.cc).
  // A message that asks for a reply.
  struct Question {
    Parcel parcel;
    std::string correlation_id;
    Message message;         // for the selector
    QueueSelector selector;  // empty: queues in turn
    int64_t timeout_ms = 0;
  };
  Result<Question> MakeQuestion(const Message& message, QueueSelector selector, int64_t timeout_ms);
  net::Task<Result<MessageView>> Ask(Question question);
  net::Task<void> AskAsync(Question question, std::function<void(Result<MessageView>)> done);
  remoting::ServerRequestAnswer TakeReply(const remoting::ServerRequest& request);
  void AbandonRequests();

  // Transactions (producer_transactions.cc).
  // What the broker is told about a half, and what a trace says of it.
  struct Ending {
    remoting::EndTransactionRequest fields;
    TransactionVerdict verdict = TransactionVerdict::kUnknown;
    std::string topic;
    std::string region;
    TraceSubject subject;
  };
  void TakeCheck(const remoting::ServerRequest& request);
  net::Task<Status> EndTransactionAt(std::string broker_name, Ending ending);
  net::Task<Status> EndTransaction(std::string address, Ending ending);
  // The next queue in turn; prefers another broker than `avoid`.
  MessageQueue PickQueue(const PublishQueues& publish, const std::string& avoid);
  remoting::Request SendRequest(const Parcel& parcel, const MessageQueue& queue) const;

  const ProducerOptions options_;
  std::unique_ptr<ClientRuntime> runtime_;
  std::atomic<bool> shut_down_{false};
  std::atomic<size_t> in_flight_{0};
  std::unique_ptr<TraceSender> trace_;    // nullptr without a trace
  std::unique_ptr<ListenerPool> checks_;  // asks options_.check_transaction; nullptr without it
  std::atomic<size_t> checks_waiting_{0};
  // The loop's:
  size_t turn_ = 0;
  std::map<std::string, std::shared_ptr<const PublishQueues>> publish_;
  std::set<std::string> greeted_;  // addresses of brokers that know this producer
  std::map<std::string, std::shared_ptr<Asker>> askers_;  // by correlation id
};

}  // namespace pintle::client
