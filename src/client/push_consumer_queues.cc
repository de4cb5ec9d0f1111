// The push consumer's queues: sharing out, pulling, handing out, committing.

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "client/all_of.h"
#include "client/remoting_push_consumer.h"
#include "model/properties.h"
#include "model/topic.h"
#include "remoting/protocol/consumer_send_msg_back.h"

namespace pintle::client {

namespace {

constexpr int64_t kSuspendMs = 15'000;  // how long the broker may hold an empty pull
constexpr int64_t kPauseAfterErrorMs = 1'000;
constexpr int64_t kPauseWhenFullMs = 20;
constexpr int64_t kPauseBeforeSendBackMs = 5'000;
constexpr int32_t kReconsumeTimesMax = 16;
// A listener's thread tells the loop of what is done with when it has run out of messages, or after
// this time.
constexpr int64_t kTellMs = 2;

}  // namespace

net::Task<bool> RemotingPushConsumer::RebalanceTopic(std::string topic) {
  const auto share = co_await member_.Share(topic);
  // A retry topic appears with the first message that comes back.
  if (!share) co_return share.error().code == ErrorCode::kNoRoute&& model::IsRetryTopic(topic);
  const std::vector<MessageQueue>& mine = *share;

  std::vector<MessageQueue> sorted = mine;
  std::ranges::sort(sorted);
  std::vector<Held> lost;
  for (const auto& [queue, held] : held_) {
    if (queue.topic == topic && !std::ranges::binary_search(sorted, queue)) lost.push_back(held);
  }
  for (const Held& held : lost) {
    held_.erase(held->queue);
    dropping_.insert(held->queue);
    // A listener that has messages in order may take its time; the other queues do not wait for it.
    runtime_->Launch(Drop(held));
  }

  // What is on its way out is taken up again once it is gone: it has offsets to commit.
  bool whole = true;
  std::vector<MessageQueue> fresh;
  for (const MessageQueue& queue : mine) {
    if (dropping_.contains(queue)) {
      whole = false;
    } else if (!held_.contains(queue)) {
      fresh.push_back(queue);
    }
  }
  const bool taken = co_await TakeUp(std::move(fresh));
  co_return whole&& taken;
}

net::Task<bool> RemotingPushConsumer::TakeUp(std::vector<MessageQueue> queues) {
  std::vector<Held> fresh;
  for (MessageQueue& queue : queues)
    fresh.push_back(std::make_shared<ProcessQueue>(std::move(queue), 0));
  bool whole = true;
  if (ordered() && clustering() && !fresh.empty()) {
    // Before the offsets are read: who had a queue before has committed when the lock is free.
    co_await Lock(fresh);
    const auto refused = [](const Held& held) { return held->locked_until_ms == 0; };
    whole = std::erase_if(fresh, refused) == 0;
  }
  std::vector<net::Task<void>> begins;
  for (Held& held : fresh) begins.push_back(Begin(std::move(held), &whole));
  co_await AllOf(runtime_->loop(), std::move(begins));
  co_return whole;
}

net::Task<void> RemotingPushConsumer::Begin(Held held, bool* begun) {
  auto start = co_await member_.StartOffset(held->queue);
  if (!start) {
    *begun = false;
    co_return;
  }
  if (member_.leaving() || held_.contains(held->queue)) co_return;
  held->MoveTo(*start);
  held_.emplace(held->queue, held);
  runtime_->Launch(PullLoop(std::move(held)));
}

// The queue is somebody else's now, who begins where this commits.
net::Task<void> RemotingPushConsumer::Drop(Held held) {
  if (ordered()) {
    held->dropped = true;
    while (held->claimed() && !runtime_->stopping() && !member_.leaving())
      co_await runtime_->pauses().For(kPauseWhenFullMs);
  }
  co_await Commit(held, /*wait=*/true);
  held->dropped = true;
  if (ordered() && clustering()) {
    std::vector<Held> one{held};
    co_await Unlock(std::move(one));
  }
  dropping_.erase(held->queue);
}

net::Task<void> RemotingPushConsumer::PullLoop(Held held) {
  while (!held->dropped && !member_.leaving() && !runtime_->stopping()) {
    if (held->messages() >= options_.cached_messages_max ||
        held->bytes() >= options_.cached_bytes_max) {
      co_await runtime_->pauses().For(kPauseWhenFullMs);
      continue;
    }
    auto pulled = co_await PullOnce(held);
    if (!pulled || !*pulled) co_await runtime_->pauses().For(kPauseAfterErrorMs);
  }
}

// True when the next pull may follow at once.
net::Task<Result<bool>> RemotingPushConsumer::PullOnce(Held held) {
  const model::Subscription* subscription = member_.FindSubscription(held->queue.topic);
  if (subscription == nullptr) co_return false;
  auto batch = co_await reader_.PullRecords(held->queue, *subscription, held->next_offset(),
                                            options_.pull_batch, kSuspendMs);
  if (!batch) co_return std::unexpected(batch.error());
  if (held->dropped || member_.leaving()) co_return true;
  if (batch->status == PullStatus::kOffsetIllegal) {
    held->MoveTo(batch->next_offset);
    co_return true;
  }
  HandOut(held, std::move(batch->records));
  held->AdvanceTo(batch->next_offset);
  co_return true;
}

void RemotingPushConsumer::HandOut(const Held& held, Records records) {
  if (records.empty()) return;
  if (ordered()) {
    held->Wait(std::move(records));
    WorkOn(held);
    return;
  }
  held->Add(records);
  if (options_.ack == AckMode::kManual) {
    for (const PulledRecord& record : records)
      held->unacked[record.queue_offset] = {record, NowMs() + options_.ack_timeout_ms};
  }
  const auto batch = static_cast<size_t>(options_.listener_batch);
  const size_t batches = (records.size() + batch - 1) / batch;
  auto shared = std::make_shared<Shared>(held, std::move(records));
  for (size_t i = 0; i < std::min(batches, static_cast<size_t>(options_.threads)); ++i)
    RunSoon([this, shared]() mutable { RunListener(std::move(shared)); });
}

void RemotingPushConsumer::RunSoon(ListenerPool::Work work) {
  soon_.push_back(std::move(work));
  if (soon_.size() == 1)
    runtime_->loop().Defer([this] { pool_.SubmitAll(std::exchange(soon_, {})); });
}

void RemotingPushConsumer::Fill(const Held& held, const PulledRecord& record, HostTexts& hosts,
                                MessageView& view) const {
  record.Fill(held->queue.broker_name, hosts, view);
  // A message that comes back carries the topic that it was sent to.
  if (view.queue.topic == retry_topic_) {
    const auto origin = view.properties.find(std::string(model::property::kRetryTopic));
    if (origin != view.properties.end()) view.queue.topic = origin->second;
  }
  if (!runtime_->names().empty()) view.queue = runtime_->names().Unwrap(std::move(view.queue));
}

std::span<MessageView> RemotingPushConsumer::FillAll(const Held& held,
                                                     std::span<const PulledRecord> records,
                                                     MessageViews& views) const {
  const std::span<MessageView> shown = views.Take(records.size());
  for (size_t i = 0; i < records.size(); ++i) Fill(held, records[i], views.hosts(), shown[i]);
  return shown;
}

MessageViews& RemotingPushConsumer::ThreadViews() {
  thread_local MessageViews views;
  return views;
}

ConsumeVerdict RemotingPushConsumer::AskListener(std::span<const MessageView> messages) {
  ConsumeVerdict verdict = ConsumeVerdict::kLater;
  Traced(messages, [&] {
    verdict = listener_(messages);
    return verdict != ConsumeVerdict::kLater;
  });
  if (options_.ack == AckMode::kAuto) return ConsumeVerdict::kSuccess;
  if (options_.ack == AckMode::kManual) return ConsumeVerdict::kKeep;
  return verdict;
}

// On several listener threads at once, which take the next batch in turns.
void RemotingPushConsumer::RunListener(std::shared_ptr<Shared> shared) {
  const std::span<PulledRecord> records(shared->records);
  const auto batch = static_cast<size_t>(options_.listener_batch);
  MessageViews& views = ThreadViews();
  std::vector<int64_t> done;  // offsets that the loop has not been told of
  int64_t told_ms = CoarseNowMs();
  const auto tell = [&](std::shared_ptr<Shared> of) {
    if (done.empty()) return;
    // With the messages themselves: the loop frees what it has allocated.
    runtime_->loop().Post([of = std::move(of), offsets = std::exchange(done, {})] {
      // Somebody else has the queue now and consumes these again.
      if (of->held->dropped) return;
      for (const int64_t offset : offsets) of->held->Done(offset);
    });
    told_ms = CoarseNowMs();
  };
  while (!shut_down_ && !shared->held->dropped) {
    const size_t begin = shared->taken.fetch_add(batch);
    if (begin >= records.size()) break;
    const auto taken = records.subspan(begin, std::min(batch, records.size() - begin));
    const ConsumeVerdict verdict = AskListener(FillAll(shared->held, taken, views));
    if (verdict == ConsumeVerdict::kSuccess) {
      for (const PulledRecord& record : taken) done.push_back(record.queue_offset);
      if (CoarseNowMs() >= told_ms + kTellMs) tell(shared);
    } else if (verdict == ConsumeVerdict::kLater) {
      tell(shared);
      runtime_->Launch(Finish(shared->held, Records(taken.begin(), taken.end())));
    }
  }
  views.ForgetLarge();
  tell(std::move(shared));
}

// What the listener wants later goes back to the broker.
net::Task<void> RemotingPushConsumer::Finish(Held held, Records later) {
  if (held->dropped) co_return;
  MessageView message;
  HostTexts hosts;
  for (const PulledRecord& record : later) {
    Fill(held, record, hosts, message);
    while (clustering() && !held->dropped && !member_.leaving()) {
      auto sent = co_await SendBack(&message);
      if (sent) break;
      co_await runtime_->pauses().For(kPauseBeforeSendBackMs);
    }
    // Not sent back and not consumed: it stays before the committed offset.
    if (clustering() && member_.leaving()) co_return;
    held->Done(record.queue_offset);
  }
}

net::Task<Status> RemotingPushConsumer::SendBack(const MessageView* message) {
  remoting::ConsumerSendMsgBackRequest fields;
  fields.offset = message->log_offset;
  fields.group = options_.group;
  fields.delay_level = 0;
  fields.origin_msg_id = message->message_id;
  fields.origin_topic = runtime_->names().Wrap(message->queue.topic);
  if (options_.max_reconsume_times >= 0) {
    fields.max_reconsume_times = options_.max_reconsume_times;
  } else {
    fields.max_reconsume_times = kReconsumeTimesMax;
  }
  auto answer = co_await runtime_->CallOk(
      runtime_->AddressOf(message->queue.broker_name, /*any_member=*/false),
      MakeRequest(remoting::request_code::kConsumerSendMsgBack, fields),
      options_.client.request_timeout_ms);
  if (!answer) co_return std::unexpected(answer.error());
  co_return Status();
}

net::Task<void> RemotingPushConsumer::Commits() {
  for (;;) {
    co_await runtime_->pauses().For(options_.commit_interval_ms);
    if (runtime_->stopping() || member_.leaving()) co_return;
    const auto held = held_;
    for (const auto& [queue, process] : held) co_await Commit(process, /*wait=*/false);
    if (const Status flushed = offsets_->Flush(); !flushed)
      PINTLE_LOG(kWarn, "consumer {}: offsets are not kept: {}", options_.group,
                 flushed.error().message);
  }
}

net::Task<void> RemotingPushConsumer::Commit(Held held, bool wait) {
  const int64_t offset = held->commit_offset();
  if (offset == held->committed) co_return;
  const Status written = co_await offsets_->Write(held->queue, offset, wait);
  if (written) held->committed = offset;
}

}  // namespace pintle::client
