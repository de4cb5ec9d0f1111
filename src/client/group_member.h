// A consumer as a member of its group: subscriptions, heartbeats, its share of the queues.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "client/client_runtime.h"
#include "client/offset_store.h"
#include "client/queue_reader.h"
#include "model/subscription.h"
#include "pintle/allocation.h"
#include "pintle/consumer_options.h"
#include "remoting/bodies/heartbeat.h"

namespace pintle::client {

struct GroupMemberOptions {
  std::string group;
  remoting::ConsumeType consume_type = remoting::ConsumeType::kPassively;
  MessageModel model = MessageModel::kClustering;
  Allocation allocation;
  StartFrom start_from = StartFrom::kLast;
  int64_t start_timestamp_ms = 0;
  bool retries = false;  // subscribes to the group's retry topic too
};

// Threads: the runtime's loop.
class GroupMember {
 public:
  // Called for each subscribed topic when the shares may have changed. False: it did not work out,
  // and is called again soon.
  using Rebalance = std::function<net::Task<bool>(std::string topic)>;

  GroupMember(ClientRuntime& runtime, OffsetStore& offsets, GroupMemberOptions options,
              Rebalance rebalance);

  bool clustering() const { return options_.model == MessageModel::kClustering; }

  // Compiles what is SQL92, which only takes effect here: kInvalidArgument says where it is wrong.
  static Result<model::Subscription> Compile(std::string_view type, const std::string& topic,
                                             const std::string& expression, int64_t version);
  // Before or after Join(). Returns how many rebalancings have begun without it: AwaitTurnAfter() that
  // many ends when its queues are there.
  net::Task<Result<uint64_t>> Subscribe(model::Subscription subscription);
  // nullptr: not subscribed to.
  const model::Subscription* FindSubscription(const std::string& topic) const;

  // Tells the brokers of this member, and from then on rebalances.
  net::Task<Status> Join();
  // The brokers say that members came or went.
  void RebalanceSoon();
  // Ends once a later rebalancing than the `turn`-th has ended, well or not, or the member leaves.
  net::Task<void> AwaitTurnAfter(uint64_t turn);
  // No further rebalancing. Leave() then tells the brokers.
  void BeginLeave();
  bool leaving() const { return leaving_; }
  net::Task<void> Leave();

  // This member's share of the queues of a topic.
  net::Task<Result<std::vector<MessageQueue>>> Share(std::string topic);
  // Where consuming the queue begins.
  net::Task<Result<int64_t>> StartOffset(MessageQueue queue);

 private:
  // Asks the topic's brokers whether they serve the subscription, where that is not certain.
  net::Task<Status> CheckServed(model::Subscription subscription);
  net::Task<Result<std::vector<std::string>>> Members(std::string topic);
  net::Task<void> BeatOnce();
  net::Task<void> Heartbeats();
  net::Task<void> Rebalances();
  net::Task<void> RebalanceAll();

  ClientRuntime& runtime_;
  OffsetStore& offsets_;
  const GroupMemberOptions options_;
  const Rebalance rebalance_;
  QueueReader reader_;
  std::map<std::string, model::Subscription> subscriptions_;
  bool joined_ = false;
  bool rebalance_asked_ = false;
  bool leaving_ = false;
  Pauses rebalance_pause_;
  uint64_t turns_ = 0;
  uint64_t turns_ended_ = 0;
  Pauses turn_ends_;
};

}  // namespace pintle::client
