// The push consumer over remoting: clustering, concurrent.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "client/client_runtime.h"
#include "client/listener_pool.h"
#include "client/process_queue.h"
#include "model/subscription.h"
#include "pintle/push_consumer.h"

namespace pintle::client {

// Threads: the public calls from any thread; all state on the runtime's loop but for what says
// otherwise.
class RemotingPushConsumer final : public PushConsumer {
 public:
  static Result<std::unique_ptr<PushConsumer>> Create(PushConsumerOptions options);
  ~RemotingPushConsumer() override;

  Status Subscribe(const std::string& topic, const std::string& expression) override;
  void SetListener(MessageListener listener) override;
  Status Start() override;
  std::vector<MessageQueue> Assignment() const override;
  void Shutdown() override;

 private:
  using Held = std::shared_ptr<ProcessQueue>;
  using Batch = std::shared_ptr<std::vector<MessageView>>;

  RemotingPushConsumer(PushConsumerOptions options, std::unique_ptr<ClientRuntime> runtime);

  // Membership.
  net::Task<Status> Join();
  net::Task<Status> AddSubscription(model::Subscription subscription);
  net::Task<void> BeatOnce();
  net::Task<void> Heartbeats();
  net::Task<remoting::ServerRequestAnswer> Answer(remoting::ServerRequest request);
  net::Task<Status> Leave();

  // Sharing out.
  net::Task<void> Rebalances();
  net::Task<void> RebalanceAll();
  net::Task<bool> RebalanceTopic(std::string topic);
  net::Task<Result<std::vector<std::string>>> Members(std::string topic);
  net::Task<Result<int64_t>> StartOffset(MessageQueue queue);
  net::Task<void> Drop(MessageQueue queue, Held held);

  // Reading.
  net::Task<void> PullLoop(MessageQueue queue, Held held);
  net::Task<Result<bool>> PullOnce(MessageQueue queue, Held held);
  void HandOut(const Held& held, std::vector<MessageView> messages);
  void RunListener(Held held, Batch batch);
  net::Task<void> Finish(Held held, Batch batch, ConsumeVerdict verdict);
  net::Task<Status> SendBack(const MessageView* message);

  // Offsets.
  net::Task<void> Commits();
  net::Task<void> Commit(MessageQueue queue, Held held, bool wait);

  const PushConsumerOptions options_;
  std::unique_ptr<ClientRuntime> runtime_;
  ListenerPool pool_;
  MessageListener listener_;  // set before Start(), const after
  std::atomic<bool> started_{false};
  std::atomic<bool> shut_down_{false};
  // The loop's:
  std::map<std::string, model::Subscription> subscriptions_;
  std::map<MessageQueue, Held> held_;
  bool rebalance_asked_ = false;
  bool leaving_ = false;
  Pauses rebalance_pause_;
};

}  // namespace pintle::client
