#include "broker/handlers/pull_message.h"

#include <algorithm>

#include "base/log.h"
#include "broker/background.h"
#include "broker/handlers/answer.h"
#include "broker/ops/pull.h"
#include "model/route.h"

namespace pintle::broker {
namespace {

using remoting::Call;
using remoting::PullMessageRequest;
using remoting::PullMessageResponse;
using remoting::ResponseCode;
using PullReply = remoting::Reply<PullMessageResponse>;

// Bits of the request's sysFlag.
constexpr int32_t kCommitOffset = 0x1;
constexpr int32_t kSuspend = 0x2;
constexpr int32_t kSubscription = 0x4;

PullRequest ToPullRequest(Broker& broker, const Call<PullMessageRequest>& call) {
  const PullMessageRequest& from = call.request;
  PullRequest to;
  to.group = from.consumer_group;
  to.topic = from.topic;
  to.queue_id = from.queue_id;
  to.offset = model::QueueOffset(from.queue_offset);
  to.messages_max = from.max_messages;
  if (from.max_bytes && *from.max_bytes > 0) to.bytes_max = *from.max_bytes;
  to.lite = call.head.code == remoting::request_code::kLitePullMessage;
  to.has_subscription = (from.sys_flag & kSubscription) != 0;
  to.expression = from.subscription;
  to.expression_type = from.expression_type;
  to.subscription_version = from.sub_version;
  to.from = broker.peers().Of(*call.session);
  return to;
}

PullReply RefusedPull(const PullRefusal& refused) {
  PullReply reply = Refused<PullMessageResponse>(refused.refusal);
  if (refused.forbidden != Forbidden::kNothing) {
    reply.extra.emplace_back("forbiddenType", std::to_string(static_cast<int>(refused.forbidden)));
  }
  return reply;
}

struct Verdict {
  ResponseCode code;
  std::string_view remark;
};

Verdict Judge(const PullResult& result, model::QueueOffset asked) {
  using store::ReadStatus;
  if (result.reset) return {ResponseCode::kPullOffsetMoved, "OFFSET_RESET"};
  // A consumer that asks for the start of what has never had a message is simply early.
  const ResponseCode nothing_there =
      asked == model::QueueOffset(0) ? ResponseCode::kPullNotFound : ResponseCode::kPullOffsetMoved;
  switch (result.read.status) {
    case ReadStatus::kFound:
      return {ResponseCode::kSuccess, "FOUND"};
    case ReadStatus::kNoMatchedMessage:
      return {ResponseCode::kPullRetryImmediately, "NO_MATCHED_MESSAGE"};
    case ReadStatus::kMessageWasRemoving:
      return {ResponseCode::kPullRetryImmediately, "MESSAGE_WAS_REMOVING"};
    case ReadStatus::kOffsetFoundNull:
      return {ResponseCode::kPullNotFound, "OFFSET_FOUND_NULL"};
    case ReadStatus::kOffsetOverflowOne:
      return {ResponseCode::kPullNotFound, "OFFSET_OVERFLOW_ONE"};
    case ReadStatus::kOffsetOverflowBadly:
      return {ResponseCode::kPullOffsetMoved, "OFFSET_OVERFLOW_BADLY"};
    case ReadStatus::kOffsetTooSmall:
      return {ResponseCode::kPullOffsetMoved, "OFFSET_TOO_SMALL"};
    case ReadStatus::kNoMatchedLogicQueue:
      return {nothing_there, "NO_MATCHED_LOGIC_QUEUE"};
    case ReadStatus::kNoMessageInQueue:
      return {nothing_there, "NO_MESSAGE_IN_QUEUE"};
    case ReadStatus::kNotRecent:
      break;
  }
  return {ResponseCode::kSystemError, {}};
}

// Where the group had better read on.
int64_t SuggestedBroker(const Broker& broker, const Pull& pull, bool cold) {
  if (!broker.options().slave_read) return model::kMasterId;
  return cold ? pull.group->which_broker_when_consume_slowly : pull.group->broker_id;
}

PullReply MakeReply(Broker& broker, const Pull& pull, PullResult result, bool cold) {
  const Verdict verdict = Judge(result, pull.offset);
  broker.offsets().SetPulled(pull.topic->name(), pull.group->name, pull.queue_id, result.read.next,
                             result.read.messages);
  if (verdict.code == ResponseCode::kPullOffsetMoved) {
    PINTLE_LOG(kInfo, "broker: group {} is moved on topic {} queue {} from {} to {}: {}",
               pull.group->name, pull.topic->name(), pull.queue_id, pull.offset, result.read.next,
               verdict.remark);
  }
  PullReply reply;
  reply.code = verdict.code;
  reply.remark = verdict.remark;
  reply.fields.suggest_broker_id = SuggestedBroker(broker, pull, cold);
  reply.fields.next_begin_offset = result.read.next.value();
  reply.fields.min_offset = result.read.min.value();
  reply.fields.max_offset = result.read.max.value();
  reply.fields.topic_sys_flag = pull.topic->config().sys_flag;
  reply.fields.group_sys_flag = pull.group->group_sys_flag;
  reply.body.pinned.reserve(result.read.slices.size());
  for (store::LogSlice& slice : result.read.slices)
    reply.body.pinned.push_back({slice.bytes, std::move(slice.pin)});
  return reply;
}

net::Task<PullReply> ReadCold(Broker& broker, net::Loop& loop, const Pull& pull) {
  auto reading = InBackground(broker.executor(), loop,
                              [&broker, &pull] { return ReadPull(broker, pull, true); });
  auto result = co_await reading;
  if (!result) co_return Refused<PullMessageResponse>(result.error());
  co_return MakeReply(broker, pull, *std::move(result), /*cold=*/true);
}

int64_t HoldMs(const BrokerOptions& options, const PullMessageRequest& request) {
  if (!options.long_polling) return options.short_polling_ms;
  return std::clamp<int64_t>(request.suspend_timeout_ms, 0, options.hold_ms_max);
}

}  // namespace

net::Task<PullReply> PullMessage::Handle(Broker& broker, Call<Request> call) {
  auto pull = PreparePull(broker, ToPullRequest(broker, call));
  if (!pull) co_return RefusedPull(pull.error());
  net::Loop& loop = call.session->loop();
  PullReply reply;
  PullResult recent = ReadPull(broker, *pull, /*cold=*/false);
  if (recent.read.status == store::ReadStatus::kNotRecent) {
    reply = co_await ReadCold(broker, loop, *pull);
  } else {
    reply = MakeReply(broker, *pull, std::move(recent), /*cold=*/false);
  }

  // Only now: an offset that came with a held pull is old when the pull is resumed.
  if ((call.request.sys_flag & kCommitOffset) != 0) {
    broker.offsets().Commit(call.request.topic, call.request.consumer_group, call.request.queue_id,
                            model::QueueOffset(call.request.commit_offset),
                            call.session->peer().host);
  }
  const bool empty = reply.code == ResponseCode::kPullNotFound;
  if (!empty || (call.request.sys_flag & kSuspend) == 0) co_return std::move(reply);

  Arrivals::Interest interest;
  interest.queue = pull->queue;
  interest.from = pull->offset;
  interest.filter = pull->filter.get();
  interest.timeout_ms = HoldMs(broker.options(), call.request);
  interest.owner = call.session->id();
  const Woken woken = co_await broker.arrivals().Wait(loop, interest);
  if (woken == Woken::kFull) {
    co_return PullReply(ResponseCode::kSystemBusy,
                        fmt::format("this broker holds {} empty pulls, the limit is {} "
                                    "(pull.held_max): pull again later, or raise the limit",
                                    broker.arrivals().held(), broker.options().held_pulls_max));
  }
  // A client that does not keep up reading is told that nothing came, which costs nothing, and gets
  // the messages when it pulls again: it is not read until it has read most of what waits for it.
  if (woken == Woken::kClosed || call.session->crowded()) co_return std::move(reply);
  // The topic, its permissions and the subscription may have changed meanwhile.
  auto again = PreparePull(broker, ToPullRequest(broker, call));
  if (!again) co_return RefusedPull(again.error());
  recent = ReadPull(broker, *again, /*cold=*/false);
  if (recent.read.status == store::ReadStatus::kNotRecent) {
    reply = co_await ReadCold(broker, loop, *again);
  } else {
    reply = MakeReply(broker, *again, std::move(recent), /*cold=*/false);
  }
  co_return std::move(reply);
}

}  // namespace pintle::broker
