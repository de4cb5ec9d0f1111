#include "client/queue_reader.h"

#include <algorithm>

#include "client/message_text.h"
#include "model/topic.h"
#include "remoting/protocol/get_max_offset.h"
#include "remoting/protocol/get_min_offset.h"
#include "remoting/protocol/pull_message.h"
#include "remoting/protocol/search_offset_by_timestamp.h"

namespace pintle::client {

namespace {

// Bits of a pull's sysFlag.
constexpr int32_t kMayBeHeld = 0x2;
constexpr int32_t kHasExpression = 0x4;

Result<PulledRecords> ReadBatch(std::shared_ptr<const remoting::OwnedCommand> answer,
                                const model::Subscription& subscription) {
  const remoting::Command& command = answer->command;
  PulledRecords batch;
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
  auto records = ReadRecords(std::move(answer), subscription);
  if (!records) return std::unexpected(records.error());
  batch.records = *std::move(records);
  if (batch.status == PullStatus::kFound && batch.records.empty())
    batch.status = PullStatus::kNoMatch;
  return batch;
}

}  // namespace

std::vector<MessageQueue> ReadableQueues(const std::string& topic, const model::TopicRoute& route) {
  std::vector<MessageQueue> queues;
  for (const model::QueueRoute& at : route.queues) {
    if ((at.perm & model::kPermRead) == 0) continue;
    for (int32_t id = 0; id < at.read_queues; ++id) queues.push_back({topic, at.broker_name, id});
  }
  std::ranges::sort(queues);
  return queues;
}

net::Task<Result<Answer>> QueueReader::Ask(MessageQueue queue, remoting::Request request,
                                           int64_t timeout_ms) {
  std::string address = runtime_.AddressOf(queue.broker_name, /*any_member=*/true);
  if (address.empty()) {
    auto found = co_await runtime_.FindAddress(queue.topic, queue.broker_name, /*any_member=*/true);
    if (!found) co_return std::unexpected(found.error());
    address = *std::move(found);
  }
  co_return co_await runtime_.Call(std::move(address), std::move(request), timeout_ms);
}

net::Task<Result<std::vector<MessageQueue>>> QueueReader::Queues(std::string topic) {
  auto route = co_await runtime_.FindRoute(topic, /*refresh=*/true);
  if (!route) co_return std::unexpected(route.error());
  co_return ReadableQueues(topic, **route);
}

net::Task<Result<PulledRecords>> QueueReader::PullRecords(MessageQueue queue,
                                                          model::Subscription subscription,
                                                          int64_t offset, int32_t max,
                                                          int64_t wait_ms) {
  remoting::PullMessageRequest fields;
  fields.consumer_group = group_;
  fields.topic = queue.topic;
  fields.queue_id = queue.queue_id;
  fields.queue_offset = offset;
  fields.max_messages = max;
  fields.sys_flag = (wait_ms > 0 ? kMayBeHeld : 0) | kHasExpression;
  fields.suspend_timeout_ms = wait_ms;
  fields.subscription = subscription.expression;
  fields.sub_version = subscription.version;
  fields.expression_type = subscription.type;
  auto request = MakeRequest(remoting::request_code::kPullMessage, fields);
  auto answer = co_await Ask(std::move(queue), std::move(request),
                             wait_ms + runtime_.options().request_timeout_ms);
  if (!answer) co_return std::unexpected(answer.error());
  co_return ReadBatch(*std::move(answer), subscription);
}

net::Task<Result<PullBatch>> QueueReader::Pull(MessageQueue queue, model::Subscription subscription,
                                               int64_t offset, int32_t max, int64_t wait_ms) {
  const auto pulled = co_await PullRecords(queue, std::move(subscription), offset, max, wait_ms);
  if (!pulled) co_return std::unexpected(pulled.error());
  PullBatch batch;
  batch.status = pulled->status;
  batch.next_offset = pulled->next_offset;
  batch.min_offset = pulled->min_offset;
  batch.max_offset = pulled->max_offset;
  HostTexts hosts;
  for (const PulledRecord& record : pulled->records)
    record.Fill(queue.broker_name, hosts, batch.messages.emplace_back());
  co_return batch;
}

net::Task<Result<int64_t>> QueueReader::AskOffset(MessageQueue queue, remoting::Request request) {
  auto answer = co_await Ask(queue, std::move(request), runtime_.options().request_timeout_ms);
  if (!answer) co_return std::unexpected(answer.error());
  if ((*answer)->command.head.code != 0) co_return std::unexpected(RefusedBy((*answer)->command));
  // The three requests answer alike.
  remoting::GetMaxOffsetResponse place;
  if (auto read = remoting::DecodeFields((*answer)->command, place); !read)
    co_return std::unexpected(ToSdkError(read.error()));
  co_return place.offset;
}

net::Task<Result<int64_t>> QueueReader::MinOffset(MessageQueue queue) {
  remoting::GetMinOffsetRequest fields{.topic = queue.topic, .queue_id = queue.queue_id};
  auto request = MakeRequest(remoting::request_code::kGetMinOffset, fields);
  co_return co_await AskOffset(std::move(queue), std::move(request));
}

net::Task<Result<int64_t>> QueueReader::MaxOffset(MessageQueue queue) {
  remoting::GetMaxOffsetRequest fields{.topic = queue.topic, .queue_id = queue.queue_id};
  auto request = MakeRequest(remoting::request_code::kGetMaxOffset, fields);
  co_return co_await AskOffset(std::move(queue), std::move(request));
}

net::Task<Result<int64_t>> QueueReader::OffsetAt(MessageQueue queue, int64_t timestamp_ms) {
  remoting::SearchOffsetByTimestampRequest fields;
  fields.topic = queue.topic;
  fields.queue_id = queue.queue_id;
  fields.timestamp = timestamp_ms;
  auto request = MakeRequest(remoting::request_code::kSearchOffsetByTimestamp, fields);
  co_return co_await AskOffset(std::move(queue), std::move(request));
}

}  // namespace pintle::client
