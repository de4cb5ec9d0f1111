#include "client/remoting_lite_pull_consumer.h"

#include <algorithm>
#include <utility>

#include "model/subscription.h"
#include "model/topic.h"

namespace pintle::client {

namespace {

GroupMemberOptions MemberOptions(const LitePullConsumerOptions& options) {
  return {.group = options.group,
          .consume_type = remoting::ConsumeType::kActively,
          .model = MessageModel::kClustering,
          .allocation = options.allocation,
          .start_from = options.start_from,
          .start_timestamp_ms = options.start_timestamp_ms,
          .retries = false};
}

Status CheckOptions(const LitePullConsumerOptions& options) {
  if (auto valid = model::ValidateGroupName(options.group); !valid)
    return std::unexpected(ToSdkError(valid.error()));
  if (options.commit_interval_ms < 1 || options.poll_batch < 1 || options.pull_batch < 1 ||
      options.cached_messages_max < 1 || options.cached_bytes_max < 1)
    return SdkFail(ErrorCode::kInvalidArgument,
                   "batches, bounds and the commit interval must be at least 1");
  if (!options.spool_folder.empty() && options.offsets != OffsetStorage::kBroker)
    return SdkFail(ErrorCode::kInvalidArgument,
                   "a spool keeps offsets itself, for the broker: leave offsets at kBroker");
  if (!options.spool_folder.empty() && options.spool_bytes_max < 1)
    return SdkFail(ErrorCode::kInvalidArgument, "spool_bytes_max must be at least 1");
  return {};
}

}  // namespace

Result<std::unique_ptr<LitePullConsumer>> LitePullConsumer::Create(
    LitePullConsumerOptions options) {
  return RemotingLitePullConsumer::Create(std::move(options));
}

Result<std::unique_ptr<LitePullConsumer>> RemotingLitePullConsumer::Create(
    LitePullConsumerOptions options) {
  if (auto valid = CheckOptions(options); !valid) return std::unexpected(valid.error());
  if (!options.allocation) options.allocation = AllocateAveragely();
  auto runtime = ClientRuntime::Create(options.client);
  if (!runtime) return std::unexpected(runtime.error());
  auto trace = TraceSender::Start(options.client, options.group);
  if (!trace) return std::unexpected(trace.error());
  options.group = (*runtime)->names().Wrap(options.group);
  auto offsets =
      OpenOffsets(options.offsets, options.offset_file, **runtime, options.group, NoOffset::kNone);
  if (!offsets) return std::unexpected(offsets.error());
  std::unique_ptr<SpoolFolder> spools;
  if (!options.spool_folder.empty()) {
    auto opened =
        SpoolFolder::Open(MakePosixFileSystem(), options.spool_folder, options.spool_bytes_max);
    if (!opened) return std::unexpected(opened.error());
    spools = *std::move(opened);
    auto here = FileOffsets::Open(JoinPath(options.spool_folder, "offsets"));
    if (!here) return std::unexpected(here.error());
    auto spooled = std::make_unique<SpooledOffsets>(*std::move(here), *std::move(offsets));
    offsets = std::move(spooled);
  }
  return std::unique_ptr<LitePullConsumer>(
      new RemotingLitePullConsumer(std::move(options), *std::move(runtime), *std::move(offsets),
                                   std::move(spools), *std::move(trace)));
}

RemotingLitePullConsumer::RemotingLitePullConsumer(LitePullConsumerOptions options,
                                                   std::unique_ptr<ClientRuntime> runtime,
                                                   std::unique_ptr<OffsetStore> offsets,
                                                   std::unique_ptr<SpoolFolder> spools,
                                                   std::unique_ptr<TraceSender> trace)
    : options_(std::move(options)),
      runtime_(std::move(runtime)),
      trace_(std::move(trace)),
      offsets_(std::move(offsets)),
      spools_(std::move(spools)),
      reader_(*runtime_, options_.group),
      member_(*runtime_, *offsets_, MemberOptions(options_),
              [this](std::string topic) { return RebalanceTopic(std::move(topic)); }),
      arrivals_(runtime_->loop()) {
  runtime_->loop().Post([this] {
    runtime_->remoting().SetServerRequestHandler(
        [this](remoting::ServerRequest request) { return Answer(std::move(request)); });
  });
  // Also where nothing is committed by itself: what the broker has not learnt yet it learns here.
  runtime_->Launch(Commits());
}

RemotingLitePullConsumer::~RemotingLitePullConsumer() { Shutdown(); }

void RemotingLitePullConsumer::Shutdown() {
  if (shut_down_.exchange(true)) return;
  if (trace_ != nullptr) trace_->Stop();
  (void)runtime_->Wait(Leave());
  runtime_->Stop();
}

Status RemotingLitePullConsumer::CheckRunning() const {
  if (shut_down_) return SdkFail(ErrorCode::kNotStarted, "the consumer has been shut down");
  return {};
}

Status RemotingLitePullConsumer::Enter(Mode mode) {
  if (auto running = CheckRunning(); !running) return running;
  Mode before = Mode::kNone;
  if (!mode_.compare_exchange_strong(before, mode) && before != mode)
    return SdkFail(ErrorCode::kInvalidArgument,
                   "Subscribe() and Assign() exclude each other in one consumer");
  return {};
}

Status RemotingLitePullConsumer::Subscribe(const std::string& topic,
                                           const std::string& expression) {
  return SubscribeAs(model::kExpressionTag, topic, expression);
}

Status RemotingLitePullConsumer::SubscribeSql(const std::string& topic,
                                              const std::string& expression) {
  return SubscribeAs(model::kExpressionSql92, topic, expression);
}

Status RemotingLitePullConsumer::SubscribeAs(std::string_view type, const std::string& topic,
                                             const std::string& expression) {
  if (spools_ != nullptr)
    return SdkFail(ErrorCode::kInvalidArgument,
                   "queues that the group shares out may be another member's while the broker is "
                   "away: use Assign() with a spool");
  auto subscription = GroupMember::Compile(type, runtime_->names().Wrap(topic), expression,
                                           runtime_->clock().WallMs());
  if (!subscription) return std::unexpected(subscription.error());
  if (auto entered = Enter(Mode::kSubscribed); !entered) return entered;
  return runtime_->Wait(JoinWith(*std::move(subscription)));
}

Status RemotingLitePullConsumer::Assign(std::vector<MessageQueue> queues,
                                        const std::string& expression) {
  return AssignAs(model::kExpressionTag, std::move(queues), expression);
}

Status RemotingLitePullConsumer::AssignSql(std::vector<MessageQueue> queues,
                                           const std::string& expression) {
  return AssignAs(model::kExpressionSql92, std::move(queues), expression);
}

Status RemotingLitePullConsumer::AssignAs(std::string_view type, std::vector<MessageQueue> queues,
                                          const std::string& expression) {
  queues = runtime_->names().Wrap(std::move(queues));
  std::map<std::string, model::Subscription> subscriptions;
  for (const MessageQueue& queue : queues) {
    if (subscriptions.contains(queue.topic)) continue;
    auto subscription = GroupMember::Compile(type, queue.topic, expression, /*version=*/0);
    if (!subscription) return std::unexpected(subscription.error());
    subscriptions.emplace(queue.topic, *std::move(subscription));
  }
  if (auto entered = Enter(Mode::kAssigned); !entered) return entered;
  return runtime_->Wait(Take(std::move(queues), std::move(subscriptions)));
}

Result<std::vector<MessageQueue>> RemotingLitePullConsumer::Queues(const std::string& topic) {
  if (auto running = CheckRunning(); !running) return std::unexpected(running.error());
  auto queues = runtime_->Wait(ListQueues(runtime_->names().Wrap(topic)));
  if (queues) queues = runtime_->names().Unwrap(*std::move(queues));
  return queues;
}

std::vector<MessageQueue> RemotingLitePullConsumer::Assignment() {
  if (shut_down_) return {};
  return runtime_->names().Unwrap(runtime_->Wait(ListHeld()));
}

Result<std::vector<MessageView>> RemotingLitePullConsumer::Poll(int64_t timeout_ms) {
  if (auto running = CheckRunning(); !running) return std::unexpected(running.error());
  auto messages = runtime_->Wait(PollOnLoop(timeout_ms));
  if (trace_ != nullptr && messages && !messages->empty()) {
    // What becomes of them is the caller's: as in RocketMQ they are consumed once they are given.
    const std::string request = runtime_->NextUniqKey();
    const int64_t now_ms = runtime_->clock().WallMs();
    trace_->AddBefore(request, now_ms, *messages);
    trace_->AddAfter(request, now_ms, /*cost_ms=*/0, ConsumeOutcome::kSuccess, *messages);
  }
  return messages;
}

Result<int64_t> RemotingLitePullConsumer::Position(const MessageQueue& queue) {
  if (auto running = CheckRunning(); !running) return std::unexpected(running.error());
  return runtime_->Wait(PositionOf(runtime_->names().Wrap(queue)));
}

Status RemotingLitePullConsumer::Seek(const MessageQueue& queue, int64_t offset) {
  if (auto running = CheckRunning(); !running) return running;
  const auto begin = runtime_->Wait(reader_.MinOffset(runtime_->names().Wrap(queue)));
  const auto end = runtime_->Wait(reader_.MaxOffset(runtime_->names().Wrap(queue)));
  // Out of the broker's reach, the spool may have it.
  const bool known = begin && end;
  if (!known && spools_ == nullptr) return std::unexpected(begin ? end.error() : begin.error());
  if (offset < 0 || (known && (offset < *begin || offset > *end)))
    return SdkFail(
        ErrorCode::kInvalidArgument,
        fmt::format("offset {} is outside of what queue {} of {} holds: {} to {}", offset,
                    queue.queue_id, queue.topic, begin.value_or(0), end.value_or(0)));
  return runtime_->Wait(MoveTo(runtime_->names().Wrap(queue), offset));
}

Status RemotingLitePullConsumer::SeekToBegin(const MessageQueue& queue) {
  if (auto running = CheckRunning(); !running) return running;
  const auto offset = runtime_->Wait(reader_.MinOffset(runtime_->names().Wrap(queue)));
  if (!offset) return std::unexpected(offset.error());
  return runtime_->Wait(MoveTo(runtime_->names().Wrap(queue), *offset));
}

Status RemotingLitePullConsumer::SeekToEnd(const MessageQueue& queue) {
  if (auto running = CheckRunning(); !running) return running;
  const auto offset = runtime_->Wait(reader_.MaxOffset(runtime_->names().Wrap(queue)));
  if (!offset) return std::unexpected(offset.error());
  return runtime_->Wait(MoveTo(runtime_->names().Wrap(queue), *offset));
}

Status RemotingLitePullConsumer::SeekToTime(const MessageQueue& queue, int64_t timestamp_ms) {
  const auto offset = OffsetForTimestamp(queue, timestamp_ms);
  if (!offset) return std::unexpected(offset.error());
  return runtime_->Wait(MoveTo(runtime_->names().Wrap(queue), *offset));
}

Result<int64_t> RemotingLitePullConsumer::OffsetForTimestamp(const MessageQueue& queue,
                                                             int64_t timestamp_ms) {
  if (auto running = CheckRunning(); !running) return std::unexpected(running.error());
  return runtime_->Wait(reader_.OffsetAt(runtime_->names().Wrap(queue), timestamp_ms));
}

void RemotingLitePullConsumer::Pause(std::span<const MessageQueue> queues) {
  if (!shut_down_)
    (void)runtime_->Wait(SetPaused(
        runtime_->names().Wrap(std::vector<MessageQueue>(queues.begin(), queues.end())), true));
}

void RemotingLitePullConsumer::Resume(std::span<const MessageQueue> queues) {
  if (!shut_down_)
    (void)runtime_->Wait(SetPaused(
        runtime_->names().Wrap(std::vector<MessageQueue>(queues.begin(), queues.end())), false));
}

Status RemotingLitePullConsumer::Commit() {
  if (auto running = CheckRunning(); !running) return running;
  return runtime_->Wait(CommitAll());
}

Status RemotingLitePullConsumer::Commit(const MessageQueue& queue, int64_t offset) {
  if (auto running = CheckRunning(); !running) return running;
  if (offset < 0) return SdkFail(ErrorCode::kInvalidArgument, "an offset is at least 0");
  return runtime_->Wait(CommitQueue(runtime_->names().Wrap(queue), offset));
}

Result<std::optional<int64_t>> RemotingLitePullConsumer::Committed(const MessageQueue& queue) {
  if (auto running = CheckRunning(); !running) return std::unexpected(running.error());
  return runtime_->Wait(offsets_->Read(runtime_->names().Wrap(queue)));
}

}  // namespace pintle::client
