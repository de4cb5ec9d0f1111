// Consuming in order: one batch of each queue at a time, under the broker's lock.

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.h"
#include "client/all_of.h"
#include "client/remoting_push_consumer.h"
#include "model/properties.h"
#include "model/topic.h"
#include "remoting/bodies/lock_batch.h"
#include "remoting/protocol/send_message.h"

namespace pintle::client {

namespace {

constexpr int64_t kRenewMs = 20'000;  // the broker forgets a lock after a minute
constexpr int64_t kLockMs = 30'000;   // how long one that was not renewed is trusted

constexpr int64_t kTurnMs = 2;  // for one queue, before others have their turn

constexpr int32_t kFirstRetryLevel = 3;  // of delay, where a broker takes it for a retry

remoting::Request LockRequest(int32_t code, const remoting::LockBatch& batch) {
  return {.code = code, .fields = {}, .body = remoting::EncodeLockBatch(batch)};
}

model::MessageQueue Named(const ProcessQueue& held) {
  return {held.queue.topic, held.queue.broker_name, held.queue.queue_id};
}

std::map<std::string, std::vector<std::shared_ptr<ProcessQueue>>> ByBroker(
    std::vector<std::shared_ptr<ProcessQueue>> queues) {
  std::map<std::string, std::vector<std::shared_ptr<ProcessQueue>>> brokers;
  for (auto& held : queues) brokers[held->queue.broker_name].push_back(std::move(held));
  return brokers;
}

}  // namespace

// Hands the queue to a thread if nothing stands against it. Called again whenever something may have
// changed: messages came, the lock was renewed, a suspension is over.
void RemotingPushConsumer::WorkOn(const Held& held) {
  if (member_.leaving() || !ClaimForTurn(*held)) return;
  RunSoon([this, held] { RunOrderedListener(held); });
}

bool RemotingPushConsumer::ClaimForTurn(ProcessQueue& held) const {
  return MayConsume(held, CoarseNowMs()) && held.Claim();
}

// Before each batch. Any thread.
bool RemotingPushConsumer::MayConsume(const ProcessQueue& held, int64_t now_ms) const {
  return !held.dropped && !shut_down_ && (!clustering() || now_ms < held.locked_until_ms);
}

OrderVerdict RemotingPushConsumer::AskOrderedListener(std::span<const MessageView> messages) {
  OrderVerdict verdict = OrderVerdict::kSuspend;
  Traced(messages, [&] {
    verdict = ordered_listener_(messages);
    return verdict == OrderVerdict::kSuccess;
  });
  return options_.ack == AckMode::kAuto ? OrderVerdict::kSuccess : verdict;
}

// On a listener thread, which has claimed the queue. A listener that is slow gets one batch a turn, so
// that its queues come in turns and their progress is known; one that is fast gets what there is, and
// is not paid for with a change of threads for each batch.
void RemotingPushConsumer::RunOrderedListener(const Held& held) {
  const auto batch = static_cast<size_t>(options_.listener_batch);
  int64_t now_ms = CoarseNowMs();
  const int64_t end_ms = now_ms + kTurnMs;
  // From the first message on: the turn may have waited long for a thread.
  for (; now_ms < end_ms && MayConsume(*held, now_ms); now_ms = CoarseNowMs()) {
    Turn turn{.held = held, .records = held->Take(batch)};
    if (turn.records.empty()) break;
    ConsumeInOrder(turn, end_ms);
    held->Done(std::span(turn.records).first(turn.done));
    if (turn.refused > 0) {
      runtime_->Launch(Suspend(std::make_unique<Turn>(std::move(turn))));
      return;
    }
    if (turn.done < turn.records.size()) {
      held->PutBack(std::move(turn.records), turn.done);
    } else {
      GiveBack(std::move(turn.records));
    }
  }
  held->Release();
  // To the end of the line: other queues have their turn.
  if (ClaimForTurn(*held)) pool_.Submit([this, held] { RunOrderedListener(held); });
}

void RemotingPushConsumer::GiveBack(Records spent) {
  if (spent_.Add(std::move(spent))) runtime_->loop().Post([this] { spent_.Free(); });
}

// Until all is done with, the time is up, the queue is not ours any more or the listener refuses.
void RemotingPushConsumer::ConsumeInOrder(Turn& turn, int64_t end_ms) {
  const std::span<const PulledRecord> records(turn.records);
  const auto batch = static_cast<size_t>(options_.listener_batch);
  MessageViews& views = ThreadViews();
  int64_t now_ms = CoarseNowMs();
  while (turn.done < records.size() && now_ms < end_ms && MayConsume(*turn.held, now_ms)) {
    const auto next = records.subspan(turn.done, std::min(batch, records.size() - turn.done));
    if (AskOrderedListener(FillAll(turn.held, next, views)) == OrderVerdict::kSuspend) {
      turn.refused = next.size();
      break;
    }
    turn.done += next.size();
    now_ms = CoarseNowMs();
  }
  views.ForgetLarge();
}

// The queue stays claimed meanwhile.
net::Task<void> RemotingPushConsumer::Suspend(std::unique_ptr<Turn> turn) {
  const Held held = turn->held;
  const bool ends = clustering() && options_.max_reconsume_times >= 0;
  const size_t refused_end = turn->done + turn->refused;
  MessageView message;
  HostTexts hosts;
  Records again;
  for (size_t i = turn->done; i < refused_end; ++i) {
    PulledRecord& record = turn->records[i];
    ++record.delivered_again;
    bool given_up = false;
    if (ends) {
      Fill(held, record, hosts, message);
      if (message.reconsume_times > options_.max_reconsume_times) {
        const Status sent = co_await GiveUp(&message);
        given_up = sent.has_value();
      }
    }
    if (given_up) {
      held->Done(record.queue_offset);
    } else {
      again.push_back(std::move(record));
    }
  }
  const bool pause = !again.empty();
  std::move(turn->records.begin() + static_cast<ptrdiff_t>(refused_end), turn->records.end(),
            std::back_inserter(again));
  held->PutBack(std::move(again), /*begin=*/0);
  if (pause) co_await runtime_->pauses().For(options_.suspend_ms);
  held->Release();
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

net::Task<void> RemotingPushConsumer::Lock(std::vector<Held> queues) {
  std::vector<net::Task<void>> asked;
  for (auto& [broker_name, theirs] : ByBroker(std::move(queues)))
    asked.push_back(LockAt(broker_name, std::move(theirs)));
  co_await AllOf(runtime_->loop(), std::move(asked));
}

net::Task<void> RemotingPushConsumer::LockAt(std::string broker_name, std::vector<Held> queues) {
  remoting::LockBatch batch;
  batch.client_id = runtime_->client_id();
  batch.group = options_.group;
  for (const Held& held : queues) batch.queues.push_back(Named(*held));
  const int64_t asked_ms = NowMs();
  auto request = LockRequest(remoting::request_code::kLockBatchMq, batch);
  auto answer = co_await runtime_->CallOk(runtime_->AddressOf(broker_name, /*any_member=*/false),
                                          std::move(request), options_.client.request_timeout_ms);
  // Unreachable: the locks hold for as long as they are trusted anyway.
  if (!answer) co_return;
  auto locked = remoting::DecodeLockedQueues((*answer)->command.body);
  if (locked) std::ranges::sort(*locked);
  for (const Held& held : queues) {
    const bool ours = locked && std::ranges::binary_search(*locked, Named(*held));
    held->locked_until_ms = ours ? asked_ms + kLockMs : 0;
  }
}

net::Task<void> RemotingPushConsumer::Unlock(std::vector<Held> queues) {
  for (const auto& [broker_name, theirs] : ByBroker(std::move(queues))) {
    remoting::LockBatch batch;
    batch.client_id = runtime_->client_id();
    batch.group = options_.group;
    for (const Held& held : theirs) batch.queues.push_back(Named(*held));
    auto request = LockRequest(remoting::request_code::kUnlockBatchMq, batch);
    (void)co_await runtime_->CallOk(runtime_->AddressOf(broker_name, /*any_member=*/false),
                                    std::move(request), options_.client.request_timeout_ms);
  }
}

net::Task<void> RemotingPushConsumer::Locks() {
  for (;;) {
    co_await runtime_->pauses().For(kRenewMs);
    if (runtime_->stopping() || member_.leaving()) co_return;
    std::vector<Held> held;
    for (const auto& [queue, process] : held_) held.push_back(process);
    co_await Lock(held);
    for (const Held& process : held) {
      if (process->locked_until_ms == 0 && !process->dropped)
        PINTLE_LOG(kWarn, "consumer {}: queue {} of {} on {} is locked by another member",
                   options_.group, process->queue.queue_id, process->queue.topic,
                   process->queue.broker_name);
      WorkOn(process);
    }
  }
}

}  // namespace pintle::client
