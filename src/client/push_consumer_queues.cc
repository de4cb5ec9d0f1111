// The push consumer's queues: sharing out, pulling, handing out, committing.

#include <algorithm>

#include "base/log.h"
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

// A message that comes back carries the topic that it was sent to.
void RestoreTopic(MessageView& message, const std::string& retry_topic) {
  if (message.queue.topic != retry_topic) return;
  const auto origin = message.properties.find(std::string(model::property::kRetryTopic));
  if (origin != message.properties.end()) message.queue.topic = origin->second;
}

}  // namespace

net::Task<bool> RemotingPushConsumer::RebalanceTopic(std::string topic) {
  const auto share = co_await member_.Share(topic);
  // A retry topic appears with the first message that comes back.
  if (!share) co_return share.error().code == ErrorCode::kNoRoute&& model::IsRetryTopic(topic);
  const std::vector<MessageQueue>& mine = *share;

  std::vector<std::pair<MessageQueue, Held>> lost;
  for (const auto& [queue, held] : held_) {
    if (queue.topic == topic && std::ranges::find(mine, queue) == mine.end())
      lost.emplace_back(queue, held);
  }
  for (const auto& [queue, held] : lost) {
    held_.erase(queue);
    // A listener that has messages in order may take its time; the other queues do not wait for it.
    runtime_->Launch(Drop(queue, held));
  }

  bool whole = true;
  for (const MessageQueue& queue : mine) {
    if (held_.contains(queue)) continue;
    auto held = std::make_shared<ProcessQueue>(0);
    if (ordered() && clustering()) {
      // Before the offset is read: who had the queue before has committed when the lock is free.
      const bool locked = co_await Lock(queue, held);
      if (!locked) {
        whole = false;
        continue;
      }
    }
    auto start = co_await member_.StartOffset(queue);
    if (!start) {
      whole = false;
      continue;
    }
    if (member_.leaving() || held_.contains(queue)) continue;
    held->MoveTo(*start);
    held_.emplace(queue, held);
    runtime_->Launch(PullLoop(queue, std::move(held)));
  }
  co_return whole;
}

// The queue is somebody else's now, who begins where this commits.
net::Task<void> RemotingPushConsumer::Drop(MessageQueue queue, Held held) {
  if (ordered()) {
    held->dropped = true;
    while (held->busy && !runtime_->stopping() && !member_.leaving())
      co_await runtime_->pauses().For(kPauseWhenFullMs);
  }
  co_await Commit(queue, held, /*wait=*/true);
  held->dropped = true;
  if (ordered() && clustering()) co_await Unlock(queue);
}

net::Task<void> RemotingPushConsumer::PullLoop(MessageQueue queue, Held held) {
  while (!held->dropped && !member_.leaving() && !runtime_->stopping()) {
    if (held->messages() >= options_.cached_messages_max ||
        held->bytes() >= options_.cached_bytes_max) {
      co_await runtime_->pauses().For(kPauseWhenFullMs);
      continue;
    }
    auto pulled = co_await PullOnce(queue, held);
    if (!pulled || !*pulled) co_await runtime_->pauses().For(kPauseAfterErrorMs);
  }
}

// True when the next pull may follow at once.
net::Task<Result<bool>> RemotingPushConsumer::PullOnce(MessageQueue queue, Held held) {
  const model::Subscription* subscription = member_.FindSubscription(queue.topic);
  if (subscription == nullptr) co_return false;
  auto batch = co_await reader_.Pull(queue, *subscription, held->next_offset(), options_.pull_batch,
                                     kSuspendMs);
  if (!batch) co_return std::unexpected(batch.error());
  if (held->dropped || member_.leaving()) co_return true;
  if (batch->status == PullStatus::kOffsetIllegal) {
    held->MoveTo(batch->next_offset);
    co_return true;
  }
  HandOut(held, std::move(batch->messages));
  held->AdvanceTo(batch->next_offset);
  co_return true;
}

void RemotingPushConsumer::HandOut(const Held& held, std::vector<MessageView> messages) {
  const std::string retry_topic = model::RetryTopicOf(options_.group);
  auto batch = std::make_shared<std::vector<MessageView>>();
  const auto submit = [&] {
    if (batch->empty()) return;
    pool_.Submit([this, held, batch] { RunListener(held, batch); });
    batch = std::make_shared<std::vector<MessageView>>();
  };
  for (MessageView& message : messages) {
    held->Add(message);
    RestoreTopic(message, retry_topic);
    message.queue = runtime_->names().Unwrap(std::move(message.queue));
    if (ordered()) {
      held->waiting.push_back(std::move(message));
      continue;
    }
    if (options_.ack == AckMode::kManual)
      held->unacked[message.queue_offset] = {message, NowMs() + options_.ack_timeout_ms};
    batch->push_back(std::move(message));
    if (batch->size() >= static_cast<size_t>(options_.listener_batch)) submit();
  }
  submit();
  if (ordered()) WorkOn(held);
}

void RemotingPushConsumer::Traced(std::span<const MessageView> messages,
                                  const std::function<bool()>& listener) {
  std::string request;
  if (trace_ != nullptr) request = runtime_->NextUniqKey();
  const int64_t start_ms = runtime_->clock().WallMs();
  const int64_t start_mono_ms = NowMs();
  if (trace_ != nullptr) trace_->AddBefore(request, start_ms, messages);
  ConsumeOutcome outcome = ConsumeOutcome::kException;
  try {
    outcome = listener() ? ConsumeOutcome::kSuccess : ConsumeOutcome::kFailed;
  } catch (...) {  // the user's; what it was is theirs to report
    PINTLE_LOG(kWarn, "consumer {}: the listener threw an exception", options_.group);
  }
  if (trace_ != nullptr)
    trace_->AddAfter(request, start_ms, NowMs() - start_mono_ms, outcome, messages);
}

// On a listener thread.
void RemotingPushConsumer::RunListener(Held held, Batch batch) {
  ConsumeVerdict verdict = ConsumeVerdict::kLater;
  Traced(*batch, [&] {
    verdict = listener_(*batch);
    return verdict != ConsumeVerdict::kLater;
  });
  if (options_.ack == AckMode::kAuto) verdict = ConsumeVerdict::kSuccess;
  if (options_.ack == AckMode::kManual) verdict = ConsumeVerdict::kKeep;
  runtime_->Launch(Finish(std::move(held), std::move(batch), verdict));
}

net::Task<void> RemotingPushConsumer::Finish(Held held, Batch batch, ConsumeVerdict verdict) {
  // Somebody else has the queue now and consumes these again.
  if (held->dropped || verdict == ConsumeVerdict::kKeep) co_return;
  for (const MessageView& message : *batch) {
    if (verdict == ConsumeVerdict::kLater && clustering()) {
      while (!held->dropped && !member_.leaving()) {
        auto sent = co_await SendBack(&message);
        if (sent) break;
        co_await runtime_->pauses().For(kPauseBeforeSendBackMs);
      }
      // Not sent back and not consumed: it stays before the committed offset.
      if (member_.leaving()) co_return;
    }
    held->Done(message.queue_offset);
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
    for (const auto& [queue, process] : held) co_await Commit(queue, process, /*wait=*/false);
    if (const Status flushed = offsets_->Flush(); !flushed)
      PINTLE_LOG(kWarn, "consumer {}: offsets are not kept: {}", options_.group,
                 flushed.error().message);
  }
}

net::Task<void> RemotingPushConsumer::Commit(MessageQueue queue, Held held, bool wait) {
  const int64_t offset = held->commit_offset();
  if (offset == held->committed) co_return;
  const Status written = co_await offsets_->Write(queue, offset, wait);
  if (written) held->committed = offset;
}

}  // namespace pintle::client
