#include "client/remoting_pull_consumer.h"

#include <algorithm>

#include "client/message_text.h"
#include "filter/selector.h"
#include "model/subscription.h"
#include "model/topic.h"
#include "remoting/protocol/get_max_offset.h"
#include "remoting/protocol/get_min_offset.h"
#include "remoting/protocol/pull_message.h"
#include "remoting/protocol/query_consumer_offset.h"
#include "remoting/protocol/search_offset_by_timestamp.h"
#include "remoting/protocol/update_consumer_offset.h"

namespace pintle::client {

Result<std::unique_ptr<PullConsumer>> PullConsumer::Start(PullConsumerOptions options) {
  return RemotingPullConsumer::Start(std::move(options));
}

Result<std::unique_ptr<PullConsumer>> RemotingPullConsumer::Start(PullConsumerOptions options) {
  if (auto valid = model::ValidateGroupName(options.group); !valid)
    return std::unexpected(ToSdkError(valid.error()));
  auto runtime = ClientRuntime::Create(options.client);
  if (!runtime) return std::unexpected(runtime.error());
  return std::unique_ptr<PullConsumer>(
      new RemotingPullConsumer(std::move(options), *std::move(runtime)));
}

RemotingPullConsumer::RemotingPullConsumer(PullConsumerOptions options,
                                           std::unique_ptr<ClientRuntime> runtime)
    : options_(std::move(options)), runtime_(std::move(runtime)) {}

RemotingPullConsumer::~RemotingPullConsumer() { Shutdown(); }

void RemotingPullConsumer::Shutdown() {
  if (shut_down_.exchange(true)) return;
  runtime_->Stop();
}

net::Task<Result<Answer>> RemotingPullConsumer::Ask(MessageQueue queue, remoting::Request request,
                                                    int64_t timeout_ms) {
  std::string address = runtime_->AddressOf(queue.broker_name, /*any_member=*/true);
  if (address.empty()) {
    auto route = co_await runtime_->FindRoute(queue.topic, /*refresh=*/true);
    if (!route) co_return std::unexpected(route.error());
    address = runtime_->AddressOf(queue.broker_name, /*any_member=*/true);
  }
  if (address.empty())
    co_return SdkFail(ErrorCode::kNoRoute, fmt::format("broker {} does not have topic {}",
                                                       queue.broker_name, queue.topic));
  co_return co_await runtime_->Call(address, std::move(request), timeout_ms);
}

net::Task<Result<std::vector<MessageQueue>>> RemotingPullConsumer::ListQueues(std::string topic) {
  auto route = co_await runtime_->FindRoute(topic, /*refresh=*/true);
  if (!route) co_return std::unexpected(route.error());
  std::vector<MessageQueue> queues;
  for (const model::QueueRoute& at : (*route)->queues) {
    if ((at.perm & model::kPermRead) == 0) continue;
    for (int32_t id = 0; id < at.read_queues; ++id) queues.push_back({topic, at.broker_name, id});
  }
  std::ranges::sort(queues);
  co_return queues;
}

Result<std::vector<MessageQueue>> RemotingPullConsumer::Queues(const std::string& topic) {
  if (shut_down_) return SdkFail(ErrorCode::kNotStarted, "the consumer has been shut down");
  return runtime_->Wait(ListQueues(topic));
}

Result<PullBatch> RemotingPullConsumer::Pull(const MessageQueue& queue,
                                             const std::string& expression, int64_t offset,
                                             int32_t max, int64_t wait_ms) {
  return PullAs(model::kExpressionTag, queue, expression, offset, max, wait_ms);
}

Result<PullBatch> RemotingPullConsumer::PullSql(const MessageQueue& queue,
                                                const std::string& expression, int64_t offset,
                                                int32_t max, int64_t wait_ms) {
  if (auto compiled = filter::Selector::Compile(expression); !compiled)
    return std::unexpected(ToSdkError(compiled.error()));
  return PullAs(model::kExpressionSql92, queue, expression, offset, max, wait_ms);
}

Result<PullBatch> RemotingPullConsumer::PullAs(std::string_view type, const MessageQueue& queue,
                                               const std::string& expression, int64_t offset,
                                               int32_t max, int64_t wait_ms) {
  if (shut_down_) return SdkFail(ErrorCode::kNotStarted, "the consumer has been shut down");
  if (max < 1 || wait_ms < 0 || offset < 0)
    return SdkFail(ErrorCode::kInvalidArgument, "max must be >= 1, offset and wait_ms >= 0");
  auto subscription = model::Subscription::Parse(queue.topic, expression, type, 0);
  if (!subscription) return std::unexpected(ToSdkError(subscription.error()));
  remoting::PullMessageRequest fields;
  fields.consumer_group = options_.group;
  fields.topic = queue.topic;
  fields.queue_id = queue.queue_id;
  fields.queue_offset = offset;
  fields.max_messages = max;
  fields.sys_flag = (wait_ms > 0 ? 0x2 : 0) | 0x4;
  fields.suspend_timeout_ms = wait_ms;
  fields.subscription = subscription->expression;
  fields.expression_type = subscription->type;
  auto answer = runtime_->Wait(Ask(queue, MakeRequest(remoting::request_code::kPullMessage, fields),
                                   wait_ms + options_.client.request_timeout_ms));
  if (!answer) return std::unexpected(answer.error());
  const remoting::Command& command = (*answer)->command;
  PullBatch batch;
  switch (static_cast<remoting::ResponseCode>(command.head.code)) {
    case remoting::ResponseCode::kSuccess:
      batch.status = PullStatus::kFound;
      break;
    case remoting::ResponseCode::kPullNotFound:
      batch.status = PullStatus::kNoNewMessage;
      break;
    case remoting::ResponseCode::kPullRetryImmediately:
      batch.status = PullStatus::kNoMatch;
      break;
    case remoting::ResponseCode::kPullOffsetMoved:
      batch.status = PullStatus::kOffsetIllegal;
      break;
    default:
      return std::unexpected(RefusedBy(command));
  }
  remoting::PullMessageResponse place;
  if (auto read = remoting::DecodeFields(command, place); !read)
    return std::unexpected(ToSdkError(read.error()));
  batch.next_offset = place.next_begin_offset;
  batch.min_offset = place.min_offset;
  batch.max_offset = place.max_offset;
  auto messages = ViewRecords(command.body, queue.broker_name);
  if (!messages) return std::unexpected(messages.error());
  // Tags may share a hash code, and the broker compares only codes.
  std::erase_if(*messages, [&](const MessageView& message) {
    return !subscription->tags.empty() &&
           std::ranges::find(subscription->tags, message.tags) == subscription->tags.end();
  });
  batch.messages = *std::move(messages);
  if (batch.status == PullStatus::kFound && batch.messages.empty())
    batch.status = PullStatus::kNoMatch;
  return batch;
}

Result<std::optional<int64_t>> RemotingPullConsumer::CommittedOffset(const MessageQueue& queue) {
  if (shut_down_) return SdkFail(ErrorCode::kNotStarted, "the consumer has been shut down");
  // No offset is an answer here; the broker must not guess a zero.
  const remoting::QueryConsumerOffsetRequest fields{.consumer_group = options_.group,
                                                    .topic = queue.topic,
                                                    .queue_id = queue.queue_id,
                                                    .set_zero_if_not_found = false};
  auto answer =
      runtime_->Wait(Ask(queue, MakeRequest(remoting::request_code::kQueryConsumerOffset, fields),
                         options_.client.request_timeout_ms));
  if (!answer) return std::unexpected(answer.error());
  const remoting::Command& command = (*answer)->command;
  if (command.head.code == static_cast<int32_t>(remoting::ResponseCode::kQueryNotFound))
    return std::optional<int64_t>();
  if (command.head.code != 0) return std::unexpected(RefusedBy(command));
  remoting::QueryConsumerOffsetResponse place;
  if (auto read = remoting::DecodeFields(command, place); !read)
    return std::unexpected(ToSdkError(read.error()));
  return std::optional<int64_t>(place.offset);
}

Status RemotingPullConsumer::CommitOffset(const MessageQueue& queue, int64_t offset) {
  if (shut_down_) return SdkFail(ErrorCode::kNotStarted, "the consumer has been shut down");
  const remoting::UpdateConsumerOffsetRequest fields{.consumer_group = options_.group,
                                                     .topic = queue.topic,
                                                     .queue_id = queue.queue_id,
                                                     .commit_offset = offset};
  auto answer =
      runtime_->Wait(Ask(queue, MakeRequest(remoting::request_code::kUpdateConsumerOffset, fields),
                         options_.client.request_timeout_ms));
  if (!answer) return std::unexpected(answer.error());
  if ((*answer)->command.head.code != 0) return std::unexpected(RefusedBy((*answer)->command));
  return {};
}

Result<int64_t> RemotingPullConsumer::AskOffset(const MessageQueue& queue,
                                                remoting::Request request) {
  if (shut_down_) return SdkFail(ErrorCode::kNotStarted, "the consumer has been shut down");
  auto answer = runtime_->Wait(Ask(queue, std::move(request), options_.client.request_timeout_ms));
  if (!answer) return std::unexpected(answer.error());
  if ((*answer)->command.head.code != 0) return std::unexpected(RefusedBy((*answer)->command));
  // The three requests answer alike.
  remoting::GetMaxOffsetResponse place;
  if (auto read = remoting::DecodeFields((*answer)->command, place); !read)
    return std::unexpected(ToSdkError(read.error()));
  return place.offset;
}

Result<int64_t> RemotingPullConsumer::MinOffset(const MessageQueue& queue) {
  return AskOffset(queue, MakeRequest(remoting::request_code::kGetMinOffset,
                                      remoting::GetMinOffsetRequest{.topic = queue.topic,
                                                                    .queue_id = queue.queue_id}));
}

Result<int64_t> RemotingPullConsumer::MaxOffset(const MessageQueue& queue) {
  return AskOffset(queue, MakeRequest(remoting::request_code::kGetMaxOffset,
                                      remoting::GetMaxOffsetRequest{.topic = queue.topic,
                                                                    .queue_id = queue.queue_id}));
}

Result<int64_t> RemotingPullConsumer::OffsetAt(const MessageQueue& queue, int64_t timestamp_ms) {
  return AskOffset(
      queue, MakeRequest(
                 remoting::request_code::kSearchOffsetByTimestamp,
                 remoting::SearchOffsetByTimestampRequest{
                     .topic = queue.topic, .queue_id = queue.queue_id, .timestamp = timestamp_ms}));
}

}  // namespace pintle::client
