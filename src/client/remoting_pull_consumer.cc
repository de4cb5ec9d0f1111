#include "client/remoting_pull_consumer.h"

#include "client/group_member.h"
#include "model/subscription.h"
#include "model/topic.h"

namespace pintle::client {

namespace {

std::unexpected<Error> ShutDown() {
  return SdkFail(ErrorCode::kNotStarted, "the consumer has been shut down");
}

}  // namespace

Result<std::unique_ptr<PullConsumer>> PullConsumer::Start(PullConsumerOptions options) {
  return RemotingPullConsumer::Start(std::move(options));
}

Result<std::unique_ptr<PullConsumer>> RemotingPullConsumer::Start(PullConsumerOptions options) {
  if (auto valid = model::ValidateGroupName(options.group); !valid)
    return std::unexpected(ToSdkError(valid.error()));
  auto runtime = ClientRuntime::Create(options.client);
  if (!runtime) return std::unexpected(runtime.error());
  options.group = (*runtime)->names().Wrap(options.group);
  return std::unique_ptr<PullConsumer>(new RemotingPullConsumer(options, *std::move(runtime)));
}

RemotingPullConsumer::RemotingPullConsumer(const PullConsumerOptions& options,
                                           std::unique_ptr<ClientRuntime> runtime)
    : runtime_(std::move(runtime)),
      reader_(*runtime_, options.group),
      offsets_(*runtime_, options.group, NoOffset::kNone) {}

RemotingPullConsumer::~RemotingPullConsumer() { Shutdown(); }

void RemotingPullConsumer::Shutdown() {
  if (shut_down_.exchange(true)) return;
  runtime_->Stop();
}

Result<std::vector<MessageQueue>> RemotingPullConsumer::Queues(const std::string& topic) {
  if (shut_down_) return ShutDown();
  auto queues = runtime_->Wait(reader_.Queues(runtime_->names().Wrap(topic)));
  if (queues) queues = runtime_->names().Unwrap(*std::move(queues));
  return queues;
}

Result<PullBatch> RemotingPullConsumer::Pull(const MessageQueue& queue,
                                             const std::string& expression, int64_t offset,
                                             int32_t max, int64_t wait_ms) {
  return PullAs(model::kExpressionTag, queue, expression, offset, max, wait_ms);
}

Result<PullBatch> RemotingPullConsumer::PullSql(const MessageQueue& queue,
                                                const std::string& expression, int64_t offset,
                                                int32_t max, int64_t wait_ms) {
  return PullAs(model::kExpressionSql92, queue, expression, offset, max, wait_ms);
}

Result<PullBatch> RemotingPullConsumer::PullAs(std::string_view type, const MessageQueue& queue,
                                               const std::string& expression, int64_t offset,
                                               int32_t max, int64_t wait_ms) {
  if (shut_down_) return ShutDown();
  if (max < 1 || wait_ms < 0 || offset < 0)
    return SdkFail(ErrorCode::kInvalidArgument, "max must be >= 1, offset and wait_ms >= 0");
  const MessageQueue wrapped = runtime_->names().Wrap(queue);
  auto subscription = GroupMember::Compile(type, wrapped.topic, expression, /*version=*/0);
  if (!subscription) return std::unexpected(subscription.error());
  auto batch =
      runtime_->Wait(reader_.Pull(wrapped, *std::move(subscription), offset, max, wait_ms));
  if (!batch) return batch;
  for (MessageView& message : batch->messages)
    message.queue = runtime_->names().Unwrap(std::move(message.queue));
  return batch;
}

Result<std::optional<int64_t>> RemotingPullConsumer::CommittedOffset(const MessageQueue& queue) {
  if (shut_down_) return ShutDown();
  return runtime_->Wait(offsets_.Read(runtime_->names().Wrap(queue)));
}

Status RemotingPullConsumer::CommitOffset(const MessageQueue& queue, int64_t offset) {
  if (shut_down_) return ShutDown();
  return runtime_->Wait(offsets_.Write(runtime_->names().Wrap(queue), offset, /*wait=*/true));
}

Result<int64_t> RemotingPullConsumer::MinOffset(const MessageQueue& queue) {
  if (shut_down_) return ShutDown();
  return runtime_->Wait(reader_.MinOffset(runtime_->names().Wrap(queue)));
}

Result<int64_t> RemotingPullConsumer::MaxOffset(const MessageQueue& queue) {
  if (shut_down_) return ShutDown();
  return runtime_->Wait(reader_.MaxOffset(runtime_->names().Wrap(queue)));
}

Result<int64_t> RemotingPullConsumer::OffsetAt(const MessageQueue& queue, int64_t timestamp_ms) {
  if (shut_down_) return ShutDown();
  return runtime_->Wait(reader_.OffsetAt(runtime_->names().Wrap(queue), timestamp_ms));
}

}  // namespace pintle::client
