// The lite pull consumer over remoting.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/client_runtime.h"
#include "client/fetched_queue.h"
#include "client/group_member.h"
#include "client/offset_store.h"
#include "client/queue_reader.h"
#include "client/spool_folder.h"
#include "client/trace_sender.h"
#include "pintle/lite_pull_consumer.h"

namespace pintle::client {

// Threads: the public calls from any thread; all state on the runtime's loop but for what says
// otherwise.
class RemotingLitePullConsumer final : public LitePullConsumer {
 public:
  static Result<std::unique_ptr<LitePullConsumer>> Create(LitePullConsumerOptions options);
  ~RemotingLitePullConsumer() override;

  Status Subscribe(const std::string& topic, const std::string& expression) override;
  Status SubscribeSql(const std::string& topic, const std::string& expression) override;
  Status Assign(std::vector<MessageQueue> queues, const std::string& expression) override;
  Status AssignSql(std::vector<MessageQueue> queues, const std::string& expression) override;
  Result<std::vector<MessageQueue>> Queues(const std::string& topic) override;
  std::vector<MessageQueue> Assignment() override;
  Result<std::vector<MessageView>> Poll(int64_t timeout_ms) override;
  Result<int64_t> Position(const MessageQueue& queue) override;
  Status Seek(const MessageQueue& queue, int64_t offset) override;
  Status SeekToBegin(const MessageQueue& queue) override;
  Status SeekToEnd(const MessageQueue& queue) override;
  Status SeekToTime(const MessageQueue& queue, int64_t timestamp_ms) override;
  Result<int64_t> OffsetForTimestamp(const MessageQueue& queue, int64_t timestamp_ms) override;
  void Pause(std::span<const MessageQueue> queues) override;
  void Resume(std::span<const MessageQueue> queues) override;
  Status Commit() override;
  Status Commit(const MessageQueue& queue, int64_t offset) override;
  Result<std::optional<int64_t>> Committed(const MessageQueue& queue) override;
  void Shutdown() override;

 private:
  // A queue that is read.
  struct Place {
    std::unique_ptr<FetchedQueue> fetched;
    model::Subscription subscription;
    int64_t safe = 0;        // what earlier polls than the last have given: may be committed
    int64_t wanted = -1;     // to be committed; -1: nothing yet
    int64_t committed = -1;  // last offset that is where offsets are kept
    uint64_t fetcher = 0;    // which FetchLoop() is this place's; another one ends
    bool paused = false;
    bool dropped = false;  // not read any more
    Status trouble;        // why fetching does not go on, where that is this disk's fault
  };
  using Held = std::shared_ptr<Place>;
  enum class Mode : uint8_t { kNone, kSubscribed, kAssigned };

  RemotingLitePullConsumer(LitePullConsumerOptions options, std::unique_ptr<ClientRuntime> runtime,
                           std::unique_ptr<OffsetStore> offsets,
                           std::unique_ptr<SpoolFolder> spools, std::unique_ptr<TraceSender> trace);

  Status SubscribeAs(std::string_view type, const std::string& topic,
                     const std::string& expression);
  Status AssignAs(std::string_view type, std::vector<MessageQueue> queues,
                  const std::string& expression);
  Status CheckRunning() const;
  // Whether the mode may be this one, which it then is.
  Status Enter(Mode mode);

  // On the loop:
  net::Task<Status> JoinWith(model::Subscription subscription);
  net::Task<remoting::ServerRequestAnswer> Answer(remoting::ServerRequest request);
  net::Task<bool> RebalanceTopic(std::string topic);
  net::Task<Status> Take(std::vector<MessageQueue> queues,
                         std::map<std::string, model::Subscription> subscriptions);
  // *whole: false afterwards if the queue could not be begun.
  net::Task<void> Begin(MessageQueue queue, model::Subscription subscription, bool* whole);
  // Reads the queue from `offset` on.
  net::Task<Status> OpenPlace(MessageQueue queue, model::Subscription subscription, int64_t offset);
  net::Task<void> Drop(MessageQueue queue, Held held);
  void StartFetching(const MessageQueue& queue, const Held& held);
  net::Task<void> FetchLoop(MessageQueue queue, Held held, uint64_t fetcher);
  net::Task<Result<bool>> FetchOnce(MessageQueue queue, Held held, uint64_t fetcher);
  net::Task<Result<std::vector<MessageView>>> PollOnLoop(int64_t timeout_ms);
  Result<std::vector<MessageView>> TakeFetched();
  net::Task<Result<int64_t>> PositionOf(MessageQueue queue);
  net::Task<Status> MoveTo(MessageQueue queue, int64_t offset);
  net::Task<Result<std::vector<MessageQueue>>> ListQueues(std::string topic);
  net::Task<Status> SetPaused(std::vector<MessageQueue> queues, bool paused);
  net::Task<std::vector<MessageQueue>> ListHeld();
  // Brings the place's wanted offset to where offsets are kept.
  net::Task<Status> CommitPlace(MessageQueue queue, Held held, bool wait);
  net::Task<Status> CommitQueue(MessageQueue queue, int64_t offset);
  net::Task<Status> CommitAll();
  net::Task<void> Commits();
  net::Task<Status> Leave();

  const LitePullConsumerOptions options_;
  std::unique_ptr<ClientRuntime> runtime_;
  std::atomic<bool> shut_down_{false};
  std::atomic<Mode> mode_{Mode::kNone};
  const std::unique_ptr<TraceSender> trace_;  // nullptr without a trace
  // The loop's:
  const std::unique_ptr<OffsetStore> offsets_;
  const std::unique_ptr<SpoolFolder> spools_;  // nullptr: none
  QueueReader reader_;
  GroupMember member_;
  bool joining_ = false;
  bool joined_ = false;
  bool leaving_ = false;
  uint64_t fetchers_ = 0;
  std::map<MessageQueue, Held> held_;
  MessageQueue turn_;  // the queue that gave last
  Pauses arrivals_;
};

}  // namespace pintle::client
