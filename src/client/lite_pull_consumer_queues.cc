// The lite pull consumer's queues: taking and giving them up, fetching, polling, committing.

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "client/all_of.h"
#include "client/remoting_lite_pull_consumer.h"

namespace pintle::client {

namespace {

constexpr int64_t kSuspendMs = 15'000;  // how long the broker may hold an empty pull
constexpr int64_t kPauseAfterErrorMs = 1'000;
constexpr int64_t kPauseWhenFullMs = 20;
constexpr int64_t kPauseWhileJoiningMs = 20;

std::unexpected<Error> NotHeld(const MessageQueue& queue) {
  return SdkFail(ErrorCode::kNotFound,
                 fmt::format("queue {} of {} on {} is not read by this consumer", queue.queue_id,
                             queue.topic, queue.broker_name));
}

}  // namespace

net::Task<remoting::ServerRequestAnswer> RemotingLitePullConsumer::Answer(
    remoting::ServerRequest request) {
  if (request.head.code == remoting::request_code::kNotifyConsumerIdsChanged) {
    member_.RebalanceSoon();
    co_return remoting::ServerRequestAnswer{};
  }
  remoting::ServerRequestAnswer refused;
  refused.code = remoting::ResponseCode::kRequestCodeNotSupported;
  refused.remark = fmt::format(" request type {} not supported", request.head.code);
  co_return refused;
}

net::Task<Status> RemotingLitePullConsumer::JoinWith(model::Subscription subscription) {
  const auto turn = co_await member_.Subscribe(std::move(subscription));
  if (!turn) co_return std::unexpected(turn.error());
  // One joins for all. If that fails, the next one tries.
  while (joining_ && !leaving_ && !runtime_->stopping())
    co_await runtime_->pauses().For(kPauseWhileJoiningMs);
  if (!joined_) {
    joining_ = true;
    auto joined = co_await member_.Join();
    joining_ = false;
    joined_ = joined.has_value();
    if (!joined) co_return joined;
  }
  // A queue's end is where it stands when the queue is taken: whoever has subscribed gets what is
  // sent from then on, also of queues in which nothing is yet.
  co_await member_.AwaitTurnAfter(*turn);
  co_return Status();
}

net::Task<bool> RemotingLitePullConsumer::RebalanceTopic(std::string topic) {
  const auto share = co_await member_.Share(topic);
  const model::Subscription* found = member_.FindSubscription(topic);
  if (!share || found == nullptr) co_return false;
  const model::Subscription subscription = *found;
  std::vector<std::pair<MessageQueue, Held>> lost;
  for (const auto& [queue, held] : held_) {
    const bool ours = std::ranges::find(*share, queue) != share->end();
    if (queue.topic == topic && (!ours || held->subscription != subscription))
      lost.emplace_back(queue, held);
  }
  for (const auto& [queue, held] : lost) {
    held_.erase(queue);
    co_await Drop(queue, held);
  }
  bool whole = true;
  // All at once: a broker that does not answer holds up one time-out, not one for each queue.
  std::vector<net::Task<void>> begins;
  for (const MessageQueue& queue : *share) {
    if (!held_.contains(queue)) begins.push_back(Begin(queue, subscription, &whole));
  }
  co_await AllOf(runtime_->loop(), std::move(begins));
  co_return whole;
}

net::Task<void> RemotingLitePullConsumer::Begin(MessageQueue queue,
                                                model::Subscription subscription, bool* whole) {
  const auto start = co_await member_.StartOffset(queue);
  if (leaving_ || held_.contains(queue)) co_return;
  if (!start) {
    *whole = false;
    co_return;
  }
  const Status opened = co_await OpenPlace(std::move(queue), std::move(subscription), *start);
  *whole = *whole && opened.has_value();
}

net::Task<Status> RemotingLitePullConsumer::Take(
    std::vector<MessageQueue> queues, std::map<std::string, model::Subscription> subscriptions) {
  std::vector<std::pair<MessageQueue, int64_t>> starts;
  for (const MessageQueue& queue : queues) {
    const auto held = held_.find(queue);
    if (held != held_.end()) {
      if (held->second->subscription == subscriptions[queue.topic]) continue;
      starts.emplace_back(queue, held->second->fetched->position());
      continue;
    }
    const auto start = co_await member_.StartOffset(queue);
    if (!start) co_return std::unexpected(start.error());
    starts.emplace_back(queue, *start);
  }
  const auto before = held_;
  for (const auto& [queue, held] : before) {
    const bool goes_on = std::ranges::find(queues, queue) != queues.end() &&
                         held->subscription == subscriptions[queue.topic];
    if (goes_on) continue;
    held_.erase(queue);
    co_await Drop(queue, held);
  }
  for (const auto& [queue, start] : starts) {
    auto opened = co_await OpenPlace(queue, subscriptions[queue.topic], start);
    if (!opened) co_return opened;
  }
  co_return Status();
}

net::Task<Status> RemotingLitePullConsumer::OpenPlace(MessageQueue queue,
                                                      model::Subscription subscription,
                                                      int64_t offset) {
  const auto held = std::make_shared<Place>();
  if (spools_ == nullptr) {
    held->fetched = std::make_unique<MemoryQueue>(offset, options_.cached_messages_max,
                                                  options_.cached_bytes_max);
  } else {
    auto fetched = spools_->OpenQueue(queue, subscription.expression, offset);
    if (!fetched) co_return std::unexpected(fetched.error());
    held->fetched = *std::move(fetched);
  }
  held->subscription = std::move(subscription);
  held->safe = offset;
  held_[queue] = held;
  StartFetching(queue, held);
  if (spools_ != nullptr) {
    // After a restart out of the broker's reach, this is where the queue begins.
    held->wanted = offset;
    co_return co_await CommitPlace(queue, held, /*wait=*/true);
  }
  co_return Status();
}

// The queue is somebody else's now, or nobody's.
net::Task<void> RemotingLitePullConsumer::Drop(MessageQueue queue, Held held) {
  held->dropped = true;
  held->fetched.reset();  // its files may be opened anew
  if (options_.auto_commit) held->wanted = held->safe;
  const Status committed = co_await CommitPlace(queue, held, /*wait=*/true);
  if (!committed)
    PINTLE_LOG(kWarn, "consumer {}: what was consumed of queue {} of {} comes again: {}",
               options_.group, queue.queue_id, queue.topic, committed.error().message);
}

void RemotingLitePullConsumer::StartFetching(const MessageQueue& queue, const Held& held) {
  held->fetcher = ++fetchers_;
  runtime_->Launch(FetchLoop(queue, held, held->fetcher));
}

net::Task<void> RemotingLitePullConsumer::FetchLoop(MessageQueue queue, Held held,
                                                    uint64_t fetcher) {
  while (!held->dropped && held->fetcher == fetcher && !leaving_ && !runtime_->stopping()) {
    if (held->fetched->full()) {
      co_await runtime_->pauses().For(kPauseWhenFullMs);
      continue;
    }
    const auto fetched = co_await FetchOnce(queue, held, fetcher);
    if (!fetched || !*fetched) co_await runtime_->pauses().For(kPauseAfterErrorMs);
  }
}

// True when the next pull may follow at once.
net::Task<Result<bool>> RemotingLitePullConsumer::FetchOnce(MessageQueue queue, Held held,
                                                            uint64_t fetcher) {
  const int64_t from = held->fetched->next();
  auto batch =
      co_await reader_.Pull(queue, held->subscription, from, options_.pull_batch, kSuspendMs);
  if (!batch) co_return std::unexpected(batch.error());
  if (held->dropped || held->fetcher != fetcher || leaving_) co_return true;
  FetchedQueue& fetched = *held->fetched;
  if (fetched.next() != from) co_return true;
  if (batch->next_offset < from) {
    // The broker has less than it had. What was fetched before is given first.
    if (fetched.position() != from) co_return false;
    held->trouble = fetched.MoveTo(batch->next_offset);
  } else {
    held->trouble = fetched.Add(std::move(batch->messages), batch->next_offset);
  }
  arrivals_.WakeAll();
  co_return held->trouble.has_value();
}

net::Task<Result<std::vector<MessageView>>> RemotingLitePullConsumer::PollOnLoop(
    int64_t timeout_ms) {
  const int64_t deadline_ms = runtime_->clock().MonotonicMs() + timeout_ms;
  for (const auto& [queue, held] : held_) held->safe = held->fetched->position();
  for (;;) {
    if (leaving_) co_return SdkFail(ErrorCode::kNotStarted, "the consumer has been shut down");
    auto taken = TakeFetched();
    if (!taken || !taken->empty()) co_return taken;
    const int64_t left_ms = deadline_ms - runtime_->clock().MonotonicMs();
    if (left_ms <= 0) co_return taken;
    co_await arrivals_.For(left_ms);
  }
}

Result<std::vector<MessageView>> RemotingLitePullConsumer::TakeFetched() {
  std::vector<MessageView> all;
  const auto max = static_cast<size_t>(options_.poll_batch);
  Status trouble;
  // Begins behind the queue that gave last, so that a full one does not starve the others.
  auto at = held_.upper_bound(turn_);
  for (size_t i = 0; i < held_.size() && all.size() < max; ++i, ++at) {
    if (at == held_.end()) at = held_.begin();
    Place& place = *at->second;
    if (place.paused) continue;
    auto taken = place.fetched->Take(max - all.size());
    if (!taken) {
      trouble = std::unexpected(taken.error());
      continue;
    }
    if (!place.trouble) trouble = place.trouble;
    if (taken->empty()) continue;
    turn_ = at->first;
    for (MessageView& message : *taken) {
      message.queue = runtime_->names().Unwrap(std::move(message.queue));
      all.push_back(std::move(message));
    }
  }
  if (all.empty() && !trouble) return std::unexpected(trouble.error());
  return all;
}

net::Task<Result<int64_t>> RemotingLitePullConsumer::PositionOf(MessageQueue queue) {
  const auto held = held_.find(queue);
  if (held == held_.end()) co_return NotHeld(queue);
  co_return held->second->fetched->position();
}

net::Task<Status> RemotingLitePullConsumer::MoveTo(MessageQueue queue, int64_t offset) {
  const auto held = held_.find(queue);
  if (held == held_.end()) co_return NotHeld(queue);
  Place& place = *held->second;
  const int64_t next = place.fetched->next();
  auto moved = place.fetched->MoveTo(offset);
  if (!moved) co_return moved;
  place.trouble = {};
  // The fetch under way may be held by the broker at a place that is of no interest any more.
  if (place.fetched->next() != next) StartFetching(queue, held->second);
  arrivals_.WakeAll();
  co_return Status();
}

net::Task<Result<std::vector<MessageQueue>>> RemotingLitePullConsumer::ListQueues(
    std::string topic) {
  auto queues = co_await reader_.Queues(topic);
  if (queues || spools_ == nullptr || queues.error().code == ErrorCode::kNoRoute) co_return queues;
  auto spooled = spools_->Queues(topic);
  if (spooled && spooled->empty()) co_return queues;
  co_return spooled;
}

net::Task<Status> RemotingLitePullConsumer::SetPaused(std::vector<MessageQueue> queues,
                                                      bool paused) {
  for (const MessageQueue& queue : queues) {
    const auto held = held_.find(queue);
    if (held != held_.end()) held->second->paused = paused;
  }
  arrivals_.WakeAll();
  co_return Status();
}

net::Task<std::vector<MessageQueue>> RemotingLitePullConsumer::ListHeld() {
  std::vector<MessageQueue> queues;
  for (const auto& [queue, held] : held_) queues.push_back(queue);
  co_return queues;
}

net::Task<Status> RemotingLitePullConsumer::CommitPlace(MessageQueue queue, Held held, bool wait) {
  const int64_t offset = held->wanted;
  if (offset < 0 || offset == held->committed) co_return Status();
  const Status written = co_await offsets_->Write(queue, offset, wait);
  if (written) held->committed = offset;
  if (spools_ == nullptr) co_return written;
  // It is kept on this disk; the broker learns of it once it can be reached. Only then may the
  // messages go.
  const Status kept = offsets_->Flush();
  if (kept && held->fetched != nullptr) held->fetched->Committed(offset);
  co_return kept;
}

net::Task<Status> RemotingLitePullConsumer::CommitQueue(MessageQueue queue, int64_t offset) {
  const auto found = held_.find(queue);
  if (found == held_.end()) co_return NotHeld(queue);
  const Held held = found->second;
  held->wanted = held->safe = offset;
  const Status committed = co_await CommitPlace(queue, held, /*wait=*/true);
  if (!committed) co_return committed;
  co_return offsets_->Flush();
}

net::Task<Status> RemotingLitePullConsumer::CommitAll() {
  const auto all = held_;
  for (const auto& [queue, held] : all) {
    // What is committed by hand is not taken back by what is committed by itself.
    if (!held->dropped) held->wanted = held->safe = held->fetched->position();
  }
  Status failed;
  for (const auto& [queue, held] : all) {
    const Status committed = co_await CommitPlace(queue, held, /*wait=*/true);
    if (!committed) failed = committed;
  }
  if (!failed) co_return failed;
  co_return offsets_->Flush();
}

net::Task<void> RemotingLitePullConsumer::Commits() {
  for (;;) {
    co_await runtime_->pauses().For(options_.commit_interval_ms);
    if (runtime_->stopping() || leaving_) co_return;
    if (!options_.auto_commit && spools_ == nullptr) continue;
    const auto all = held_;
    for (const auto& [queue, held] : all) {
      if (options_.auto_commit) held->wanted = held->safe;
      // With a spool, what the broker did not get is sent until it answers.
      (void)co_await CommitPlace(queue, held, /*wait=*/spools_ != nullptr);
    }
    if (const Status flushed = offsets_->Flush(); !flushed)
      PINTLE_LOG(kWarn, "consumer {}: offsets are not kept: {}", options_.group,
                 flushed.error().message);
  }
}

net::Task<Status> RemotingLitePullConsumer::Leave() {
  leaving_ = true;
  member_.BeginLeave();
  arrivals_.End();
  Status committed;
  if (options_.auto_commit) committed = co_await CommitAll();
  if (joined_ || joining_) co_await member_.Leave();
  co_return committed;
}

}  // namespace pintle::client
