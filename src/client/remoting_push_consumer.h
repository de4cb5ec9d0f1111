// The push consumer over remoting: clustering or broadcasting, concurrent or in order.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/log.h"
#include "client/client_runtime.h"
#include "client/group_member.h"
#include "client/listener_pool.h"
#include "client/message_views.h"
#include "client/offset_store.h"
#include "client/process_queue.h"
#include "client/queue_reader.h"
#include "client/spent_records.h"
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
  using Records = std::vector<PulledRecord>;
  // What was pulled at once, on its way through the listener's threads: each takes the next batch.
  struct Shared {
    Held held;
    Records records;
    std::atomic<size_t> taken{0};
  };
  // Messages of a queue in order, with the thread that has claimed it. The first `done` are done with, of
  // the next `refused` the listener says that they are not; the rest it has not seen.
  struct Turn {
    Held held;
    Records records;
    size_t done = 0;
    size_t refused = 0;
  };

  RemotingPushConsumer(PushConsumerOptions options, std::unique_ptr<ClientRuntime> runtime,
                       std::unique_ptr<OffsetStore> offsets, std::unique_ptr<TraceSender> trace);

  bool clustering() const { return member_.clustering(); }
  bool ordered() const { return ordered_listener_ != nullptr; }
  int64_t NowMs() const { return runtime_->clock().MonotonicMs(); }
  // For each message again.
  int64_t CoarseNowMs() const { return runtime_->clock().CoarseMonotonicMs(); }

  Status SubscribeAs(std::string_view type, const std::string& topic,
                     const std::string& expression);

  net::Task<remoting::ServerRequestAnswer> Answer(remoting::ServerRequest request);
  net::Task<Status> Leave();
  // Takes and gives up queues of a topic as its share says; false when that did not work out.
  net::Task<bool> RebalanceTopic(std::string topic);
  // Locks the queues, where that is asked for, and begins to read those that it has the lock of. False
  // when some are not ours yet.
  net::Task<bool> TakeUp(std::vector<MessageQueue> queues);
  net::Task<void> Begin(Held held, bool* begun);
  net::Task<void> Drop(Held held);

  // Reading.
  net::Task<void> PullLoop(Held held);
  net::Task<Result<bool>> PullOnce(Held held);
  void HandOut(const Held& held, Records records);
  // Gives the listener's threads work with the end of the loop's turn: they are woken once for all that
  // one read has brought.
  void RunSoon(ListenerPool::Work work);
  // As the user is to see it. Any thread.
  void Fill(const Held& held, const PulledRecord& record, HostTexts& hosts,
            MessageView& view) const;
  std::span<MessageView> FillAll(const Held& held, std::span<const PulledRecord> records,
                                 MessageViews& views) const;
  // Each listener thread's own.
  static MessageViews& ThreadViews();
  // Runs `listener`, whose exceptions end here; it answers whether the messages are done with. With a
  // trace, that is told before and after.
  template <typename Listener>
  void Traced(std::span<const MessageView> messages, const Listener& listener);
  void RunListener(std::shared_ptr<Shared> shared);
  ConsumeVerdict AskListener(std::span<const MessageView> messages);
  net::Task<void> Finish(Held held, Records later);
  net::Task<Status> SendBack(const MessageView* message);

  // In order.
  void WorkOn(const Held& held);
  bool MayConsume(const ProcessQueue& held, int64_t now_ms) const;
  // Claims the queue if nothing stands against it. Any thread.
  bool ClaimForTurn(ProcessQueue& held) const;
  void RunOrderedListener(const Held& held);
  void ConsumeInOrder(Turn& turn, int64_t end_ms);
  // Any thread.
  void GiveBack(Records spent);
  OrderVerdict AskOrderedListener(std::span<const MessageView> messages);
  net::Task<void> Suspend(std::unique_ptr<Turn> turn);
  net::Task<Status> GiveUp(const MessageView* message);
  // Asks each broker once; locked_until_ms says what came of it.
  net::Task<void> Lock(std::vector<Held> queues);
  net::Task<void> LockAt(std::string broker_name, std::vector<Held> queues);
  net::Task<void> Unlock(std::vector<Held> queues);
  net::Task<void> Locks();

  // Acknowledged by hand.
  Status AckOnLoop(const MessageView& message);
  net::Task<void> Redeliveries();

  // Offsets.
  net::Task<void> Commits();
  net::Task<void> Commit(Held held, bool wait);

  const PushConsumerOptions options_;
  const std::string retry_topic_;
  std::unique_ptr<ClientRuntime> runtime_;
  const std::unique_ptr<OffsetStore> offsets_;  // the loop's
  const std::unique_ptr<TraceSender> trace_;    // nullptr without a trace
  SpentRecords spent_;
  ListenerPool pool_;
  MessageListener listener_;  // one of the two is set before Start(), const after
  OrderedListener ordered_listener_;
  std::atomic<bool> started_{false};
  std::atomic<bool> shut_down_{false};
  // The loop's:
  GroupMember member_;
  QueueReader reader_;
  std::map<MessageQueue, Held> held_;
  std::set<MessageQueue> dropping_;  // given up, not yet committed and unlocked
  std::vector<ListenerPool::Work> soon_;
};

template <typename Listener>
void RemotingPushConsumer::Traced(std::span<const MessageView> messages, const Listener& listener) {
  std::string request;
  int64_t start_ms = 0;
  int64_t start_mono_ms = 0;
  if (trace_ != nullptr) {
    request = runtime_->NextUniqKey();
    start_ms = runtime_->clock().WallMs();
    start_mono_ms = NowMs();
    trace_->AddBefore(request, start_ms, messages);
  }
  ConsumeOutcome outcome = ConsumeOutcome::kException;
  try {
    outcome = listener() ? ConsumeOutcome::kSuccess : ConsumeOutcome::kFailed;
  } catch (...) {  // the user's; what it was is theirs to report
    PINTLE_LOG(kWarn, "consumer {}: the listener threw an exception", options_.group);
  }
  if (trace_ != nullptr)
    trace_->AddAfter(request, start_ms, NowMs() - start_mono_ms, outcome, messages);
}

}  // namespace pintle::client
