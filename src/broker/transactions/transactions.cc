#include "broker/transactions/transactions.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/log.h"
#include "broker/background.h"
#include "broker/broker.h"
#include "broker/ops/send_target.h"
#include "model/message_id.h"
#include "model/topic.h"
#include "remoting/protocol/check_transaction_state.h"

namespace pintle::broker {
namespace {

constexpr size_t kAskedAtOnce = 64;
constexpr int64_t kLookMs = 2;
constexpr int64_t kRetryMs = 1'000;  // when the store did not take what had to be stored

constexpr std::string_view kNotFound = "Find prepared transaction message failed";

}  // namespace

struct Transactions::Loading {
  std::unordered_set<int64_t> decided;
  // The latest record of each transaction, decided or not.
  std::unordered_map<std::string, int64_t> by_key;
  model::LogOffset last_op;
};

Transactions::Transactions(Broker& broker)
    : broker_(broker), log_(broker), loop_(*broker.loops().front()) {}
Transactions::~Transactions() = default;

int64_t Transactions::DueIn(int64_t delay_ms) const {
  return broker_.clock().MonotonicMs() + std::max<int64_t>(delay_ms, 0);
}

Status Transactions::Open() {
  MutexLock lock(mutex_);
  Loading loading;
  const int64_t op_begin = log_.BeginOf(model::kOpHalfTopic);
  const int64_t half_begin = log_.BeginOf(model::kHalfTopic);
  ops_ = OpProgress(op_begin);
  log_.ForEach(model::kOpHalfTopic, op_begin, [&](const model::Record& op) REQUIRES(mutex_) {
    loading.last_op = std::max(loading.last_op, op.log_offset);
    int64_t last = -1;
    for (const int64_t offset : ParseOp(op.body)) {
      last = std::max(last, offset);
      if (offset >= half_begin) loading.decided.insert(offset);
    }
    ops_.Add(op.queue_offset.value(), last);
  });
  half_end_ =
      log_.ForEach(model::kHalfTopic, half_begin,
                   [&](const model::Record& half) REQUIRES(mutex_) { LoadHalf(loading, half); });
  FindWhole(loading);
  if (undecided_.size() > 0)
    PINTLE_LOG(kInfo, "broker: {} transactions are undecided", undecided_.size());
  return {};
}

void Transactions::LoadHalf(Loading& loading, const model::Record& record) {
  const int64_t at = record.queue_offset.value();
  const HalfProperties properties = HalfProperties::Scan(record.properties);
  const bool decided =
      loading.decided.contains(at) ||
      (properties.prepared_offset && loading.decided.contains(*properties.prepared_offset));
  std::optional<int64_t> former;
  if (!properties.uniq_key.empty()) {
    const auto [known, added] = loading.by_key.try_emplace(std::string(properties.uniq_key), at);
    if (!added) former = std::exchange(known->second, at);
  }
  // A copy stands for the record before it, of which the op may not have been written.
  const bool pending_before = former && undecided_.Find(*former) != nullptr;
  if (pending_before) unwritten_.push_back(*former);
  if (decided) {
    if (pending_before) undecided_.Remove(*former);
    return;
  }
  const BrokerOptions& options = broker_.options();
  const int64_t wait_ms = properties.checks > 0
                              ? options.transaction_check_interval_ms
                              : ImmunityMs(properties, options.transaction_timeout_ms);
  const int64_t age_ms = std::max<int64_t>(broker_.clock().WallMs() - record.store_timestamp, 0);
  const int64_t due_ms = DueIn(wait_ms - age_ms);
  if (pending_before) {
    undecided_.Move(*former, at, record.log_offset, properties.checks, due_ms);
  } else {
    Undecided::Half half;
    half.log_offset = record.log_offset;
    half.stored_ms = record.store_timestamp;
    half.due_ms = due_ms;
    half.checks = properties.checks;
    undecided_.Add(at, std::move(half));
  }
  if (properties.prepared_offset) undecided_.AddName(*properties.prepared_offset, at);
}

// Whole messages whose ops were not written any more. The index finds them whatever became of
// their queues; without it, or without a key, the queues behind the last op are read.
void Transactions::FindWhole(Loading& loading) {
  std::vector<int64_t> whole;
  std::unordered_map<int64_t, int64_t> halves;  // by their places in the log
  std::map<std::string, model::LogOffset> topics;
  for (const auto& [at, half] : undecided_.halves()) {
    const auto found = log_.Read(half.log_offset);
    if (!found) continue;
    if (log_.HasWhole(found->record, half.log_offset)) {
      whole.push_back(at);
      continue;
    }
    halves.emplace(half.log_offset.value(), at);
    const HalfProperties properties = HalfProperties::Scan(found->record.properties);
    const model::LogOffset from = std::max(half.log_offset, loading.last_op);
    const auto [topic, added] = topics.try_emplace(std::string(properties.real_topic), from);
    if (!added) topic->second = std::min(topic->second, from);
  }
  for (const auto& [topic, from] : topics) {
    log_.ForEachWhole(topic, from, [&](const model::Record& record) {
      const auto half = halves.extract(record.prepared_transaction_offset);
      if (!half.empty()) whole.push_back(half.mapped());
    });
  }
  for (const int64_t at : whole) undecided_.Remove(at);
  // Their ops come before any other: a crash in between leaves them behind the last op.
  unwritten_.insert(unwritten_.begin(), whole.begin(), whole.end());
}

void Transactions::Start() {
  {
    MutexLock lock(mutex_);
    started_ = true;
    if (!unwritten_.empty()) WriteOps();
  }
  Arm();
}

net::Task<void> Transactions::Stop() {
  {
    MutexLock lock(mutex_);
    started_ = false;
  }
  loop_.Cancel(timer_);
  while (asking_) co_await net::Sleep(loop_, kLookMs);
}

Result<store::Appended> Transactions::AppendHalf(const store::NewMessage& message,
                                                 std::string_view properties) {
  const HalfProperties scanned = HalfProperties::Scan(properties);
  bool arm = false;
  MutexLock lock(mutex_);
  auto appended = log_.AppendHalf(message);
  if (!appended) return appended;
  half_end_ = std::max(half_end_, appended->queue_offset.value() + 1);
  Undecided::Half half;
  half.log_offset = appended->offset;
  half.stored_ms = appended->store_timestamp;
  half.due_ms = DueIn(ImmunityMs(scanned, broker_.options().transaction_timeout_ms));
  arm = started_ && half.due_ms < armed_ms_;
  if (arm) armed_ms_ = half.due_ms;
  undecided_.Add(appended->queue_offset.value(), std::move(half));
  if (arm) loop_.Post([this] { Arm(); });
  return appended;
}

// A producer that took longer than the message allows will be asked anyway, and is told to wait.
bool Transactions::TooLate(const TransactionEnd& end, const HalfProperties& properties) const {
  if (end.was_asked || !properties.immunity_ms) return false;
  MutexLock lock(mutex_);
  const Undecided::Half* half = undecided_.Find(end.queue_offset.value());
  if (half == nullptr) return false;
  const int64_t immunity_ms = ImmunityMs(properties, broker_.options().transaction_timeout_ms);
  return broker_.clock().WallMs() - half->stored_ms > immunity_ms;
}

Outcome<void> Transactions::Check(const TransactionEnd& end, const model::Record& half,
                                  const HalfProperties& properties) const {
  if (TooLate(end, properties)) {
    return Refuse(RefusalCode::kTooLate,
                  "the message asks for an answer within {} s, and that is over: wait for the "
                  "broker's question",
                  properties.immunity_ms.value_or(0) / 1000);
  }
  if (properties.group != end.group)
    return Refuse(RefusalCode::kInternal, "The producer group wrong");
  if (half.queue_offset != end.queue_offset)
    return Refuse(RefusalCode::kInternal, "The transaction state table offset wrong");
  if (half.log_offset != end.log_offset)
    return Refuse(RefusalCode::kInternal, "The commit log offset wrong");
  return {};
}

Outcome<void> Transactions::End(const TransactionEnd& end) {
  if (broker_.stopping()) {
    return Refuse(RefusalCode::kUnavailable,
                  "service not available now: the broker is shutting down");
  }
  const auto found = log_.Read(end.log_offset);
  if (!found) return Refuse(RefusalCode::kInternal, "{}", kNotFound);
  const HalfProperties properties = HalfProperties::Scan(found->record.properties);
  if (auto checked = Check(end, found->record, properties); !checked) return checked;

  MutexLock lock(mutex_);
  const auto current = undecided_.Current(end.queue_offset.value());
  if (!current) return {};
  if (end.commit) {
    // Named by its place now, which is where a start after a crash looks for it.
    const auto whole = log_.AppendWhole(found->record, undecided_.Find(*current)->log_offset);
    if (!whole) return std::unexpected(StoreRefusal(broker_, whole.error()));
  }
  Decide(*current);
  return {};
}

void Transactions::Decide(int64_t offset) {
  undecided_.Remove(offset);
  unwritten_.push_back(offset);
  WriteOps();
}

// One offset an op, which RocketMQ 4 and 5 both read.
void Transactions::WriteOps() {
  size_t written = 0;
  for (const int64_t offset : unwritten_) {
    const auto op = log_.AppendOp(std::to_string(offset));
    if (!op) {
      PINTLE_LOG(kWarn, "broker: that a transaction is done with is not stored yet: {}",
                 op.error().message);
      break;
    }
    ops_.Add(op->queue_offset.value(), offset);
    ++written;
  }
  unwritten_.erase(unwritten_.begin(), unwritten_.begin() + static_cast<ptrdiff_t>(written));
}

size_t Transactions::size() const {
  MutexLock lock(mutex_);
  return undecided_.size();
}

Transactions::Progress Transactions::ProgressNow() {
  Progress now;
  now.half = undecided_.first(half_end_);
  for (const int64_t offset : unwritten_) now.half = std::min(now.half, offset);
  now.op = ops_.Advance(now.half);
  now.log_end = broker_.store().appended();
  return now;
}

void Transactions::Remember(const Progress& progress) {
  const auto commit = [&](std::string_view topic, int64_t offset) {
    const auto known = broker_.offsets().Find(topic, kTransactionGroup, kHalfQueue);
    if (offset == 0 || (known && known->value() >= offset)) return;
    broker_.offsets().Commit(topic, kTransactionGroup, kHalfQueue, model::QueueOffset(offset),
                             "transactions");
  };
  commit(model::kHalfTopic, progress.half);
  commit(model::kOpHalfTopic, progress.op);
}

void Transactions::SaveProgress() {
  if (waiting_ && broker_.store().durable() < waiting_->log_end) return;
  if (waiting_) Remember(*waiting_);
  MutexLock lock(mutex_);
  waiting_ = ProgressNow();
}

void Transactions::SaveFinalProgress() {
  Progress last;
  {
    MutexLock lock(mutex_);
    last = ProgressNow();
  }
  Remember(last);
}

void Transactions::Arm() {
  int64_t due_ms = 0;
  {
    MutexLock lock(mutex_);
    armed_ms_ = started_ && !asking_ ? undecided_.next_due_ms() : Undecided::kNever;
    due_ms = armed_ms_;
  }
  loop_.Cancel(timer_);
  if (due_ms == Undecided::kNever) return;
  const int64_t delay_ms = std::max<int64_t>(due_ms - broker_.clock().MonotonicMs(), 1);
  timer_ = loop_.After(delay_ms, [this] { OnTimer(); });
}

void Transactions::OnTimer() {
  if (asking_) return;
  asking_ = true;
  loop_.Spawn(AskAll());
}

net::Task<void> Transactions::AskAll() {
  auto asking = InBackground(broker_.executor(), loop_, [this] {
    AskDue();
    return true;
  });
  const auto asked = co_await asking;
  // Too much is in the background already: the next turn is not before it can have changed.
  if (!asked) co_await net::Sleep(loop_, kRetryMs);
  asking_ = false;
  Arm();
}

void Transactions::AskDue() {
  std::vector<int64_t> due;
  {
    MutexLock lock(mutex_);
    if (!started_) return;
    due = undecided_.Due(broker_.clock().MonotonicMs(), kAskedAtOnce);
  }
  for (const int64_t offset : due) Ask(offset);
}

void Transactions::Ask(int64_t offset) {
  model::LogOffset at;
  {
    MutexLock lock(mutex_);
    const Undecided::Half* half = undecided_.Find(offset);
    if (half == nullptr) return;
    at = half->log_offset;
  }
  // Outside of the lock: it may have to be read from the disk.
  const auto found = log_.Read(at);
  std::string text;
  store::Appended copy;
  {
    MutexLock lock(mutex_);
    const Undecided::Half* half = undecided_.Find(offset);
    if (half == nullptr || half->log_offset != at) return;
    if (!found) {
      PINTLE_LOG(kError, "broker: a half message is not readable and is given up: {}",
                 found.error().message);
      Decide(offset);
      return;
    }
    const BrokerOptions& options = broker_.options();
    if (half->checks >= options.transaction_checks_max) {
      Discard(offset, found->record);
      return;
    }
    const int32_t checks = half->checks + 1;
    text = CopyText(found->record.properties, checks);
    const auto appended = log_.AppendCopy(found->record, text);
    if (!appended) {
      undecided_.Move(offset, offset, at, half->checks, DueIn(kRetryMs));
      return;
    }
    copy = *appended;
    half_end_ = std::max(half_end_, copy.queue_offset.value() + 1);
    undecided_.Move(offset, copy.queue_offset.value(), copy.offset, checks,
                    DueIn(options.transaction_check_interval_ms));
    unwritten_.push_back(offset);
    WriteOps();
  }
  Tell(found->record, text, copy);
}

void Transactions::Discard(int64_t offset, const model::Record& half) {
  const auto aside = log_.AppendDiscarded(half);
  if (!aside) {
    undecided_.Move(offset, offset, half.log_offset, broker_.options().transaction_checks_max,
                    DueIn(kRetryMs));
    return;
  }
  const HalfProperties properties = HalfProperties::Scan(half.properties);
  PINTLE_LOG(kWarn,
             "broker: producers of group {} were asked {} times about message {} of topic {} and "
             "did not decide: it is in {} now",
             properties.group, properties.checks, properties.uniq_key, properties.real_topic,
             model::kTransCheckMaxTimeTopic);
  Decide(offset);
}

// One producer of the group, each in its turn: any of them can answer.
void Transactions::Tell(const model::Record& half, std::string_view text,
                        const store::Appended& copy) {
  const HalfProperties properties = HalfProperties::Scan(text);
  auto producers = broker_.clients().FindProducers(properties.group);
  if (producers)
    std::erase_if(*producers, [](const auto& p) { return p.client.session->closed(); });
  if (!producers || producers->empty()) {
    PINTLE_LOG(kWarn, "broker: no producer of group {} is connected to decide about message {}",
               properties.group, properties.uniq_key);
    return;
  }
  remoting::CheckTransactionStateRequest question;
  question.topic = model::kHalfTopic;
  question.tran_state_table_offset = copy.queue_offset.value();
  question.commit_log_offset = copy.offset.value();
  question.msg_id = properties.uniq_key;
  question.transaction_id = properties.uniq_key;
  question.offset_msg_id = model::OffsetMessageId{broker_.address().host, copy.offset}.ToString();
  remoting::FieldList fields = remoting::ToFieldList(question);
  fields.emplace_back("bname", broker_.options().name);
  const size_t turn = next_producer_.fetch_add(1, std::memory_order_relaxed) % producers->size();
  (*producers)[turn].client.session->SendOneway(
      remoting::request_code::kCheckTransactionState, std::move(fields),
      EncodeForCheck(half, properties, text, copy.queue_offset, copy.offset));
}

}  // namespace pintle::broker
