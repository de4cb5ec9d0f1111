// Consuming in order: one batch of each queue at a time, under the broker's lock.

#include <algorithm>
#include <iterator>

#include "base/log.h"
#include "client/remoting_push_consumer.h"
#include "model/properties.h"
#include "model/topic.h"
#include "remoting/bodies/lock_batch.h"
#include "remoting/protocol/send_message.h"

namespace pintle::client {

namespace {

constexpr int64_t kRenewMs = 20'000;  // the broker forgets a lock after a minute
constexpr int64_t kLockMs = 30'000;   // how long one that was not renewed is trusted

constexpr int32_t kFirstRetryLevel = 3;  // of delay, where a broker takes it for a retry

remoting::Request LockRequest(int32_t code, const remoting::LockBatch& batch) {
  return {.code = code, .fields = {}, .body = remoting::EncodeLockBatch(batch)};
}

}  // namespace

// Hands out the next batch if nothing stands against it. Called again whenever something may have
// changed: messages came, the listener ended, the lock was renewed.
void RemotingPushConsumer::WorkOn(const Held& held) {
  if (held->busy || held->waiting.empty() || held->dropped || member_.leaving()) return;
  if (clustering() && NowMs() >= held->locked_until_ms) return;
  auto batch = std::make_shared<std::vector<MessageView>>();
  const auto size = std::min(held->waiting.size(), static_cast<size_t>(options_.listener_batch));
  for (size_t i = 0; i < size; ++i) {
    batch->push_back(std::move(held->waiting.front()));
    held->waiting.pop_front();
  }
  held->busy = true;
  pool_.Submit([this, held, batch] { RunOrderedListener(held, batch); });
}

// On a listener thread.
void RemotingPushConsumer::RunOrderedListener(Held held, Batch batch) {
  OrderVerdict verdict = OrderVerdict::kSuspend;
  Traced(*batch, [&] {
    verdict = ordered_listener_(*batch);
    return verdict == OrderVerdict::kSuccess;
  });
  if (options_.ack == AckMode::kAuto) verdict = OrderVerdict::kSuccess;
  runtime_->Launch(FinishOrdered(std::move(held), std::move(batch), verdict));
}

net::Task<void> RemotingPushConsumer::FinishOrdered(Held held, Batch batch, OrderVerdict verdict) {
  std::vector<MessageView> again;
  for (MessageView& message : *batch) {
    bool done = verdict == OrderVerdict::kSuccess;
    if (!done) {
      ++message.reconsume_times;
      const bool too_often = clustering() && options_.max_reconsume_times >= 0 &&
                             message.reconsume_times > options_.max_reconsume_times;
      if (too_often) {
        const Status sent = co_await GiveUp(&message);
        done = sent.has_value();
      }
    }
    if (done) {
      held->Done(message.queue_offset);
    } else {
      again.push_back(std::move(message));
    }
  }
  if (!again.empty()) {
    held->waiting.insert(held->waiting.begin(), std::make_move_iterator(again.begin()),
                         std::make_move_iterator(again.end()));
    co_await runtime_->pauses().For(options_.suspend_ms);
  }
  held->busy = false;
  WorkOn(held);
}

// Sends the message to the group's retry topic with its count; a broker makes a dead letter of one
// that comes too often.
net::Task<Status> RemotingPushConsumer::GiveUp(const MessageView* message) {
  namespace property = model::property;
  std::string properties;
  const auto add = [&properties](std::string_view name, std::string_view value) {
    properties.append(name).append(1, '\x01').append(value).append(1, '\x02');
  };
  const bool came_before = message->properties.contains(std::string(property::kOriginMessageId));
  for (const auto& [name, value] : message->properties) {
    // It belongs to no transaction any more, and the broker would take it for half of one.
    const bool changed = name == property::kRetryTopic || name == property::kDelayLevel ||
                         name == property::kTransactionPrepared;
    if (!changed) add(name, value);
  }
  if (!came_before) add(property::kOriginMessageId, message->message_id);
  add(property::kRetryTopic, runtime_->names().Wrap(message->queue.topic));
  add(property::kDelayLevel, std::to_string(kFirstRetryLevel + message->reconsume_times - 1));
  remoting::SendMessageRequest fields;
  const std::string retry_topic = model::RetryTopicOf(options_.group);
  fields.producer_group = options_.group;
  fields.topic = retry_topic;
  fields.default_topic = "TBW102";
  fields.default_topic_queues = 1;
  fields.queue_id = 0;
  fields.born_timestamp = message->born_timestamp_ms;
  fields.flag = message->flag;
  fields.properties = properties;
  fields.reconsume_times = message->reconsume_times;
  fields.max_reconsume_times = options_.max_reconsume_times;
  auto request =
      MakeRequest(remoting::request_code::kSendMessageV2, fields, std::string(message->body));
  auto answer = co_await runtime_->CallOk(
      runtime_->AddressOf(message->queue.broker_name, /*any_member=*/false), std::move(request),
      options_.client.request_timeout_ms);
  if (!answer) co_return std::unexpected(answer.error());
  co_return Status();
}

// True once the broker keeps other members away from the queue.
net::Task<bool> RemotingPushConsumer::Lock(MessageQueue queue, Held held) {
  const model::MessageQueue wanted{queue.topic, queue.broker_name, queue.queue_id};
  remoting::LockBatch batch;
  batch.client_id = runtime_->client_id();
  batch.group = options_.group;
  batch.queues = {wanted};
  const int64_t asked_ms = NowMs();
  auto request = LockRequest(remoting::request_code::kLockBatchMq, batch);
  auto answer =
      co_await runtime_->CallOk(runtime_->AddressOf(queue.broker_name, /*any_member=*/false),
                                std::move(request), options_.client.request_timeout_ms);
  // Unreachable: the lock holds for as long as it is trusted anyway.
  if (!answer) co_return asked_ms < held->locked_until_ms;
  const auto locked = remoting::DecodeLockedQueues((*answer)->command.body);
  const bool ours = locked && std::ranges::find(*locked, wanted) != locked->end();
  held->locked_until_ms = ours ? asked_ms + kLockMs : 0;
  co_return ours;
}

net::Task<void> RemotingPushConsumer::Unlock(MessageQueue queue) {
  remoting::LockBatch batch;
  batch.client_id = runtime_->client_id();
  batch.group = options_.group;
  batch.queues = {{queue.topic, queue.broker_name, queue.queue_id}};
  auto request = LockRequest(remoting::request_code::kUnlockBatchMq, batch);
  (void)co_await runtime_->CallOk(runtime_->AddressOf(queue.broker_name, /*any_member=*/false),
                                  std::move(request), options_.client.request_timeout_ms);
}

net::Task<void> RemotingPushConsumer::Locks() {
  for (;;) {
    co_await runtime_->pauses().For(kRenewMs);
    if (runtime_->stopping() || member_.leaving()) co_return;
    const auto held = held_;
    for (const auto& [queue, process] : held) {
      if (member_.leaving()) co_return;
      const bool ours = co_await Lock(queue, process);
      if (!ours)
        PINTLE_LOG(kWarn, "consumer {}: queue {} of {} on {} is locked by another member",
                   options_.group, queue.queue_id, queue.topic, queue.broker_name);
      WorkOn(process);
    }
  }
}

}  // namespace pintle::client
