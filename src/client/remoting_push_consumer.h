// The push consumer over remoting: clustering or broadcasting, concurrent or in order.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/client_runtime.h"
#include "client/group_member.h"
#include "client/listener_pool.h"
#include "client/offset_store.h"
#include "client/process_queue.h"
#include "client/queue_reader.h"
#include "client/trace_sender.h"
#include "pintle/push_consumer.h"

namespace pintle::client {

// Threads: the public calls from any thread; all state on the runtime's loop but for what says
// otherwise.
class RemotingPushConsumer final : public PushConsumer {
 public:
  static Result<std::unique_ptr<PushConsumer>> Create(PushConsumerOptions options);
  ~RemotingPushConsumer() override;

  Status Subscribe(const std::string& topic, const std::string& expression) override;
  Status SubscribeSql(const std::string& topic, const std::string& expression) override;
  void SetListener(MessageListener listener) override;
  void SetOrderedListener(OrderedListener listener) override;
  Status Start() override;
  Status Ack(const MessageView& message) override;
  std::vector<MessageQueue> Assignment() const override;
  void Shutdown() override;

 private:
  using Held = std::shared_ptr<ProcessQueue>;
  using Batch = std::shared_ptr<std::vector<MessageView>>;

  RemotingPushConsumer(PushConsumerOptions options, std::unique_ptr<ClientRuntime> runtime,
                       std::unique_ptr<OffsetStore> offsets, std::unique_ptr<TraceSender> trace);

  bool clustering() const { return member_.clustering(); }
  bool ordered() const { return ordered_listener_ != nullptr; }
  int64_t NowMs() const { return runtime_->clock().MonotonicMs(); }

  Status SubscribeAs(std::string_view type, const std::string& topic,
                     const std::string& expression);

  net::Task<remoting::ServerRequestAnswer> Answer(remoting::ServerRequest request);
  net::Task<Status> Leave();
  // Takes and gives up queues of a topic as its share says; false when that did not work out.
  net::Task<bool> RebalanceTopic(std::string topic);
  net::Task<void> Drop(MessageQueue queue, Held held);

  // Reading.
  net::Task<void> PullLoop(MessageQueue queue, Held held);
  net::Task<Result<bool>> PullOnce(MessageQueue queue, Held held);
  void HandOut(const Held& held, std::vector<MessageView> messages);
  // Runs the listener, whose exceptions end here; it answers whether the messages are done with. With
  // a trace, that is told before and after.
  void Traced(std::span<const MessageView> messages, const std::function<bool()>& listener);
  void RunListener(Held held, Batch batch);
  net::Task<void> Finish(Held held, Batch batch, ConsumeVerdict verdict);
  net::Task<Status> SendBack(const MessageView* message);

  // In order.
  void WorkOn(const Held& held);
  void RunOrderedListener(Held held, Batch batch);
  net::Task<void> FinishOrdered(Held held, Batch batch, OrderVerdict verdict);
  net::Task<Status> GiveUp(const MessageView* message);
  net::Task<bool> Lock(MessageQueue queue, Held held);
  net::Task<void> Unlock(MessageQueue queue);
  net::Task<void> Locks();

  // Acknowledged by hand.
  Status AckOnLoop(const MessageView& message);
  net::Task<void> Redeliveries();

  // Offsets.
  net::Task<void> Commits();
  net::Task<void> Commit(MessageQueue queue, Held held, bool wait);

  const PushConsumerOptions options_;
  std::unique_ptr<ClientRuntime> runtime_;
  const std::unique_ptr<OffsetStore> offsets_;  // the loop's
  const std::unique_ptr<TraceSender> trace_;    // nullptr without a trace
  ListenerPool pool_;
  MessageListener listener_;  // one of the two is set before Start(), const after
  OrderedListener ordered_listener_;
  std::atomic<bool> started_{false};
  std::atomic<bool> shut_down_{false};
  // The loop's:
  GroupMember member_;
  QueueReader reader_;
  std::map<MessageQueue, Held> held_;
};

}  // namespace pintle::client
