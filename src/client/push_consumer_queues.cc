// The push consumer's queues: sharing out, pulling, handing out, committing.

#include <algorithm>

#include "base/log.h"
#include "client/message_text.h"
#include "client/remoting_push_consumer.h"
#include "model/properties.h"
#include "model/topic.h"
#include "remoting/bodies/name_list.h"
#include "remoting/protocol/consumer_send_msg_back.h"
#include "remoting/protocol/get_consumer_list_by_group.h"
#include "remoting/protocol/get_max_offset.h"
#include "remoting/protocol/pull_message.h"
#include "remoting/protocol/search_offset_by_timestamp.h"

namespace pintle::client {

namespace {

constexpr int64_t kSuspendMs = 15'000;  // how long the broker may hold an empty pull
constexpr int64_t kPullTimeoutMs = 30'000;
constexpr int64_t kPauseAfterErrorMs = 1'000;
constexpr int64_t kPauseWhenFullMs = 20;
constexpr int64_t kPauseBeforeSendBackMs = 5'000;
constexpr int32_t kReconsumeTimesMax = 16;

bool WantsTag(const model::Subscription& subscription, const MessageView& message) {
  return subscription.tags.empty() ||
         std::ranges::find(subscription.tags, message.tags) != subscription.tags.end();
}

// A message that comes back carries the topic that it was sent to.
void RestoreTopic(MessageView& message, const std::string& retry_topic) {
  if (message.queue.topic != retry_topic) return;
  const auto origin = message.properties.find(std::string(model::property::kRetryTopic));
  if (origin != message.properties.end()) message.queue.topic = origin->second;
}

}  // namespace

net::Task<Result<std::vector<std::string>>> RemotingPushConsumer::Members(std::string topic) {
  auto route = co_await runtime_->FindRoute(topic, /*refresh=*/false);
  if (!route) co_return std::unexpected(route.error());
  Error last{.code = ErrorCode::kNoRoute, .broker_code = 0, .message = "no broker has the topic"};
  for (const model::BrokerRoute& broker : (*route)->brokers) {
    const std::string address = runtime_->AddressOf(broker.broker_name, /*any_member=*/true);
    if (address.empty()) continue;
    const remoting::GetConsumerListByGroupRequest fields{.consumer_group = options_.group};
    auto answer = co_await runtime_->CallOk(
        address, MakeRequest(remoting::request_code::kGetConsumerListByGroup, fields),
        options_.client.request_timeout_ms);
    if (!answer) {
      last = answer.error();
      continue;
    }
    auto members = remoting::DecodeNameList(remoting::kConsumerIdList, (*answer)->command.body);
    if (!members) co_return std::unexpected(ToSdkError(members.error()));
    std::ranges::sort(*members);
    co_return *std::move(members);
  }
  co_return std::unexpected(last);
}

// This member's share of the queues of a topic.
net::Task<Result<std::vector<MessageQueue>>> RemotingPushConsumer::Share(
    std::string topic, std::vector<MessageQueue> all) {
  if (!clustering() || all.empty()) co_return all;
  auto members = co_await Members(topic);
  if (!members) co_return std::unexpected(members.error());
  if (members->empty()) co_return std::vector<MessageQueue>();
  co_return options_.allocation(runtime_->client_id(), all, *members);
}

net::Task<bool> RemotingPushConsumer::RebalanceTopic(std::string topic) {
  auto route = co_await runtime_->FindRoute(topic, /*refresh=*/false);
  if (!route) co_return model::IsRetryTopic(topic);  // created with the first heartbeat or retry
  std::vector<MessageQueue> all;
  for (const model::QueueRoute& at : (*route)->queues) {
    if ((at.perm & model::kPermRead) == 0) continue;
    for (int32_t id = 0; id < at.read_queues; ++id) all.push_back({topic, at.broker_name, id});
  }
  std::ranges::sort(all);
  const auto share = co_await Share(topic, std::move(all));
  if (!share) co_return false;
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
    auto start = co_await StartOffset(queue);
    if (!start) {
      whole = false;
      continue;
    }
    if (leaving_ || held_.contains(queue)) continue;
    held->MoveTo(*start);
    held_.emplace(queue, held);
    runtime_->Launch(PullLoop(queue, std::move(held)));
  }
  co_return whole;
}

net::Task<Result<int64_t>> RemotingPushConsumer::StartOffset(MessageQueue queue) {
  auto kept = co_await offsets_->Read(queue);
  if (!kept) co_return std::unexpected(kept.error());
  if (*kept) co_return **kept;
  if (model::IsRetryTopic(queue.topic) || options_.start_from == StartFrom::kFirst) co_return 0;

  const std::string address = runtime_->AddressOf(queue.broker_name, /*any_member=*/true);
  remoting::Request request;
  if (options_.start_from == StartFrom::kLast) {
    request = MakeRequest(
        remoting::request_code::kGetMaxOffset,
        remoting::GetMaxOffsetRequest{.topic = queue.topic, .queue_id = queue.queue_id});
  } else {
    request = MakeRequest(
        remoting::request_code::kSearchOffsetByTimestamp,
        remoting::SearchOffsetByTimestampRequest{.topic = queue.topic,
                                                 .queue_id = queue.queue_id,
                                                 .timestamp = options_.start_timestamp_ms});
  }
  auto answer =
      co_await runtime_->CallOk(address, std::move(request), options_.client.request_timeout_ms);
  if (!answer) co_return std::unexpected(answer.error());
  remoting::GetMaxOffsetResponse fields;
  if (auto read = remoting::DecodeFields((*answer)->command, fields); !read)
    co_return std::unexpected(ToSdkError(read.error()));
  co_return fields.offset;
}

// The queue is somebody else's now, who begins where this commits.
net::Task<void> RemotingPushConsumer::Drop(MessageQueue queue, Held held) {
  if (ordered()) {
    held->dropped = true;
    while (held->busy && !runtime_->stopping() && !leaving_)
      co_await runtime_->pauses().For(kPauseWhenFullMs);
  }
  co_await Commit(queue, held, /*wait=*/true);
  held->dropped = true;
  if (ordered() && clustering()) co_await Unlock(queue);
}

net::Task<void> RemotingPushConsumer::PullLoop(MessageQueue queue, Held held) {
  while (!held->dropped && !leaving_ && !runtime_->stopping()) {
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
  const auto subscription = subscriptions_.find(queue.topic);
  if (subscription == subscriptions_.end()) co_return false;
  remoting::PullMessageRequest fields;
  fields.consumer_group = options_.group;
  fields.topic = queue.topic;
  fields.queue_id = queue.queue_id;
  fields.queue_offset = held->next_offset();
  fields.max_messages = options_.pull_batch;
  fields.sys_flag = 0x2 | 0x4;  // may be held; the expression is in the request
  fields.suspend_timeout_ms = kSuspendMs;
  fields.subscription = subscription->second.expression;
  fields.sub_version = subscription->second.version;
  fields.expression_type = subscription->second.type;
  auto answer = co_await runtime_->Call(runtime_->AddressOf(queue.broker_name, /*any_member=*/true),
                                        MakeRequest(remoting::request_code::kPullMessage, fields),
                                        kPullTimeoutMs);
  if (!answer) co_return std::unexpected(answer.error());
  if (held->dropped || leaving_) co_return true;
  const remoting::Command& command = (*answer)->command;
  remoting::PullMessageResponse place;
  switch (static_cast<remoting::ResponseCode>(command.head.code)) {
    case remoting::ResponseCode::kSuccess:
    case remoting::ResponseCode::kPullNotFound:
    case remoting::ResponseCode::kPullRetryImmediately:
    case remoting::ResponseCode::kPullOffsetMoved:
      break;
    default:
      co_return std::unexpected(RefusedBy(command));
  }
  if (auto read = remoting::DecodeFields(command, place); !read)
    co_return std::unexpected(ToSdkError(read.error()));
  if (command.head.code == static_cast<int32_t>(remoting::ResponseCode::kPullOffsetMoved)) {
    held->MoveTo(place.next_begin_offset);
    co_return true;
  }
  auto messages = ViewRecords(command.body, queue.broker_name);
  if (!messages) co_return std::unexpected(messages.error());
  const model::Subscription wanted = subscription->second;
  std::erase_if(*messages, [&](const MessageView& m) { return !WantsTag(wanted, m); });
  HandOut(held, *std::move(messages));
  held->AdvanceTo(place.next_begin_offset);
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

// On a listener thread.
void RemotingPushConsumer::RunListener(Held held, Batch batch) {
  ConsumeVerdict verdict = ConsumeVerdict::kLater;
  try {
    verdict = listener_(*batch);
  } catch (...) {  // the user's; what it was is theirs to report
    PINTLE_LOG(kWarn, "consumer {}: the listener threw an exception", options_.group);
  }
  if (options_.ack == AckMode::kAuto) verdict = ConsumeVerdict::kSuccess;
  if (options_.ack == AckMode::kManual) verdict = ConsumeVerdict::kKeep;
  runtime_->Launch(Finish(std::move(held), std::move(batch), verdict));
}

net::Task<void> RemotingPushConsumer::Finish(Held held, Batch batch, ConsumeVerdict verdict) {
  // Somebody else has the queue now and consumes these again.
  if (held->dropped || verdict == ConsumeVerdict::kKeep) co_return;
  for (const MessageView& message : *batch) {
    if (verdict == ConsumeVerdict::kLater && clustering()) {
      while (!held->dropped && !leaving_) {
        auto sent = co_await SendBack(&message);
        if (sent) break;
        co_await runtime_->pauses().For(kPauseBeforeSendBackMs);
      }
      // Not sent back and not consumed: it stays before the committed offset.
      if (leaving_) co_return;
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
  fields.origin_topic = message->queue.topic;
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
    if (runtime_->stopping() || leaving_) co_return;
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
