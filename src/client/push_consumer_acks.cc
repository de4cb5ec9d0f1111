// Acknowledging by hand.

#include <algorithm>

#include "client/remoting_push_consumer.h"
#include "model/topic.h"

namespace pintle::client {

namespace {

constexpr int64_t kLookMs = 1'000;  // how often for messages that nobody acknowledged

}  // namespace

Status RemotingPushConsumer::Ack(const MessageView& message) {
  if (options_.ack != AckMode::kManual)
    return SdkFail(ErrorCode::kInvalidArgument, "Ack() is for AckMode::kManual");
  if (!started_ || shut_down_)
    return SdkFail(ErrorCode::kNotStarted, "the consumer is not running");
  std::promise<Status> promise;
  auto future = promise.get_future();
  if (runtime_->loop().InLoop()) return AckOnLoop(message);
  runtime_->loop().Post([&] { promise.set_value(AckOnLoop(message)); });
  return future.get();
}

Status RemotingPushConsumer::AckOnLoop(const MessageView& message) {
  MessageQueue queue = runtime_->names().Wrap(message.queue);
  // A message that came back shows the topic that it was sent to.
  for (const std::string& topic : {queue.topic, model::RetryTopicOf(options_.group)}) {
    queue.topic = topic;
    const auto held = held_.find(queue);
    if (held == held_.end()) continue;
    auto& unacked = held->second->unacked;
    const auto found = unacked.find(message.queue_offset);
    if (found == unacked.end() || found->second.record.log_offset() != message.log_offset) continue;
    unacked.erase(found);
    held->second->Done(message.queue_offset);
    return {};
  }
  return SdkFail(ErrorCode::kNotFound,
                 fmt::format("message {} at {} of queue {} of {} is not held here: acknowledged "
                             "before, or the queue has gone to another member",
                             message.message_id, message.queue_offset, message.queue.queue_id,
                             message.queue.topic));
}

// Gives messages to the listener again whose time is up.
net::Task<void> RemotingPushConsumer::Redeliveries() {
  for (;;) {
    co_await runtime_->pauses().For(std::min(kLookMs, options_.ack_timeout_ms));
    if (runtime_->stopping() || member_.leaving()) co_return;
    const int64_t now_ms = NowMs();
    for (const auto& [queue, held] : held_) {
      for (auto& [offset, unacked] : held->unacked) {
        if (unacked.due_ms > now_ms) continue;
        unacked.due_ms = now_ms + options_.ack_timeout_ms;
        ++unacked.record.delivered_again;
        auto shared = std::make_shared<Shared>(held, Records{unacked.record});
        RunSoon([this, shared]() mutable { RunListener(std::move(shared)); });
      }
    }
  }
}

}  // namespace pintle::client
