#include "broker/delay/delay_schedule.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "broker/delay/delayed_message.h"
#include "broker/delay/delivered_copies.h"
#include "model/properties.h"
#include "model/topic.h"
#include "store/consume_queue.h"

namespace pintle::broker {
namespace {

constexpr size_t kEntriesPerTurn = 64;  // then the loop's other work has its turn
constexpr int64_t kAgainMs = 100;       // after a message that could not be stored
constexpr int64_t kUntilAppend = -1;
constexpr int64_t kLookMs = 2;
// A message may come back a few times in its group: more copies than that are not looked through.
constexpr int32_t kCopiesMax = 64;
// A clock that was set back by no more does not hide a copy that no index tells of.
constexpr int64_t kClockSlackMs = 60'000;

}  // namespace

// Copies that were found, each the answer for one message.
struct DelaySchedule::Delivered {
  std::set<model::LogOffset> indexed;
  DeliveredCopies unindexed;
};

struct DelaySchedule::Level {
  Level(int32_t n, net::Loop& l, store::ConsumeQueue& q, int64_t delay_ms)
      : number(n), loop(l), queue(q), times(delay_ms) {}

  const int32_t number;
  net::Loop& loop;
  store::ConsumeQueue& queue;
  DueTimes times;
  std::atomic<int64_t> next{0};      // written by whoever runs the turn
  std::atomic<bool> idle{false};     // waits for an append
  std::atomic<bool> failing{false};  // so that a full disk is told once

  // The loop's own.
  bool checked = false;  // what an earlier process delivered is passed over
  bool busy = false;     // a turn runs in the background
  bool stopped = false;
  net::TimerId timer = net::TimerId::kNone;

  model::QueueOffset Next() const { return model::QueueOffset(next.load()); }
};

DelaySchedule::DelaySchedule(const DelayWiring& wiring, DelayProgress& progress)
    : wiring_(wiring), progress_(progress) {}

DelaySchedule::~DelaySchedule() = default;

Status DelaySchedule::Open() {
  const int64_t wall_ms = wiring_.clock.WallMs();
  const int64_t monotonic_ms = wiring_.clock.MonotonicMs();
  for (size_t i = 0; i < wiring_.levels.size(); ++i) {
    const auto number = static_cast<int32_t>(i) + 1;
    PINTLE_ASSIGN(store::ConsumeQueue * queue,
                  wiring_.store.OpenQueue(model::kScheduleTopic, number - 1));
    net::Loop& loop = *wiring_.loops[i % wiring_.loops.size()];
    auto level = std::make_unique<Level>(number, loop, *queue, wiring_.levels[i]);
    const model::QueueOffset first = wiring_.store.MinOffset(model::kScheduleTopic, number - 1);
    const model::QueueOffset noted = progress_.Find(number);
    const model::QueueOffset next = std::clamp(noted, first, std::max(first, queue->end()));
    if (next != noted && noted != model::QueueOffset(0)) {
      PINTLE_LOG(kWarn,
                 "delay: level {} was delivered up to {}, but the queue has {} to {}; it goes on "
                 "at {}",
                 number, noted, first, queue->end(), next);
    }
    level->next = next.value();
    level->times.Start(queue->end(), wall_ms, monotonic_ms);
    levels_.push_back(std::move(level));
  }
  return {};
}

void DelaySchedule::Start() {
  for (const auto& level : levels_) Post(*level);
}

net::Task<void> DelaySchedule::Stop() {
  for (const auto& level : levels_) {
    co_await net::SwitchTo(level->loop);
    level->stopped = true;
    level->loop.Cancel(level->timer);
    while (level->busy) co_await net::Sleep(level->loop, kLookMs);
  }
  co_await net::SwitchTo(*wiring_.loops.front());
}

void DelaySchedule::OnStored(int32_t number, const store::Appended& appended) {
  Level& level = *levels_[static_cast<size_t>(number - 1)];
  level.times.OnStored(appended.queue_offset, appended.store_timestamp,
                       wiring_.clock.MonotonicMs());
  if (level.idle.exchange(false)) Post(level);
}

std::vector<DelaySchedule::Range> DelaySchedule::Pending() const {
  std::vector<Range> ranges;
  for (const auto& level : levels_)
    ranges.push_back({level->number, level->Next(), level->queue.end()});
  return ranges;
}

void DelaySchedule::Post(Level& level) {
  level.loop.Post([this, &level] { Run(level); });
}

void DelaySchedule::Run(Level& level) {
  level.timer = net::TimerId::kNone;
  if (level.stopped) return;
  turns_.fetch_add(1, std::memory_order_relaxed);
  const bool hot = level.checked && level.queue.InMemory(level.Next()) &&
                   wiring_.store.IsRecent(level.queue, level.Next());
  if (hot || level.Next() >= level.queue.end()) {
    After(level, DeliverSome(level));
    return;
  }
  level.busy = true;
  const bool check = !std::exchange(level.checked, true);
  const Status accepted = wiring_.executor.Submit([this, &level, check] {
    if (check) PassOverDelivered(level);
    const Turn turn = DeliverSome(level);
    level.loop.Post([this, &level, turn] {
      level.busy = false;
      After(level, turn);
    });
  });
  if (accepted) return;
  level.busy = false;
  level.checked = level.checked && !check;
  After(level, {kAgainMs});
}

void DelaySchedule::After(Level& level, Turn turn) {
  if (level.stopped) return;
  if (turn.wait_ms == 0) {
    Post(level);
  } else if (turn.wait_ms > 0) {
    level.timer = level.loop.After(turn.wait_ms, [this, &level] { Run(level); });
  } else {
    level.idle.store(true);
    // Either the appender sees that we wait, or we see its message: both sides write before they
    // read.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (level.queue.end() > level.Next() && level.idle.exchange(false)) Post(level);
  }
}

DelaySchedule::Turn DelaySchedule::DeliverSome(Level& level) {
  std::array<store::QueueEntry, kEntriesPerTurn> entries;
  model::QueueOffset at = level.Next();
  if (at >= level.queue.end()) return {kUntilAppend};
  const auto count = level.queue.Read(at, entries);
  if (!count || *count == 0) {
    // Deleted by age or for want of space: what follows may be there.
    const model::QueueOffset first =
        wiring_.store.MinOffset(model::kScheduleTopic, level.number - 1);
    if (first <= at) return {kAgainMs};
    PINTLE_LOG(kError, "delay: level {}: {} messages were deleted before they were due",
               level.number, first - at);
    level.next = first.value();
    return {0};
  }
  const int64_t now_ms = wiring_.clock.MonotonicMs();
  model::LogOffset end(-1);
  Turn turn{0};
  for (const store::QueueEntry& entry : std::span(entries).first(*count)) {
    turn.wait_ms =
        entry.blank() ? 0 : std::max<int64_t>(level.times.DueAt(at, entry.tags_code) - now_ms, 0);
    if (turn.wait_ms > 0) break;
    if (!entry.blank() && Deliver(level, entry, end) == Outcome::kAgain) {
      turn.wait_ms = kAgainMs;
      break;
    }
    ++at;
  }
  if (at != level.Next()) {
    level.next = at.value();
    progress_.Delivered(level.number, at, end);
  }
  return turn;
}

DelaySchedule::Outcome DelaySchedule::Deliver(Level& level, const store::QueueEntry& entry,
                                              model::LogOffset& end) {
  const auto stored = wiring_.store.ReadRecord(entry.offset);
  if (!stored) {
    PINTLE_LOG(kError, "delay: level {}: the message at {} was deleted before it was due",
               level.number, entry.offset);
    return Outcome::kPassedOver;
  }
  const auto record = model::DecodeRecord(stored->bytes, /*check_crc=*/false);
  PINTLE_CHECK(record, "the store gave a record at {} that is none", entry.offset);
  const auto message = DueMessage(wiring_.store, wiring_.topics, *record);
  const bool malformed = !message && message.error().code == ErrorCode::kMalformed;
  const auto appended = message ? wiring_.store.Append(*message)
                                : Result<store::Appended>(std::unexpected(message.error()));
  if (appended) {
    if (level.failing.exchange(false))
      PINTLE_LOG(kInfo, "delay: level {} is delivered again", level.number);
    end = appended->end;
    if (const auto topic = wiring_.topics.Find(message->parts.topic))
      topic->traffic()->messages_in.fetch_add(1, std::memory_order_relaxed);
    wiring_.traffic.OnPut(1, appended->end - appended->offset);
    return Outcome::kDelivered;
  }
  const Error& error = appended.error();
  // What can never be stored must not hold up what follows.
  if (malformed || error.code == ErrorCode::kInvalidArgument) {
    PINTLE_LOG(kError, "delay: level {}: the message at {} cannot be delivered: {}", level.number,
               entry.offset, error.message);
    return Outcome::kPassedOver;
  }
  if (!level.failing.exchange(true)) {
    PINTLE_LOG(kWarn, "delay: level {} waits, its next message cannot be stored: {}", level.number,
               error.message);
  }
  return Outcome::kAgain;
}

// Messages of a level are delivered in order: those that the file does not know of, because of a
// crash, are the first ones.
void DelaySchedule::PassOverDelivered(Level& level) {
  model::QueueOffset at = level.Next();
  const auto first = level.queue.At(at);
  Delivered delivered{{}, {wiring_.store, (first ? first->tags_code : 0) - kClockSlackMs}};
  while (at < level.queue.end()) {
    const auto entry = level.queue.At(at);
    if (!entry || entry->blank() || !IsDelivered(*entry, delivered)) break;
    ++at;
  }
  if (at == level.Next()) return;
  PINTLE_LOG(kInfo, "delay: level {}: {} messages were delivered before the crash", level.number,
             at - level.Next());
  level.next = at.value();
  progress_.Delivered(level.number, at, wiring_.store.appended());
}

bool DelaySchedule::IsDelivered(const store::QueueEntry& entry, Delivered& delivered) {
  const auto stored = wiring_.store.ReadRecord(entry.offset);
  if (!stored) return false;
  const auto record = model::DecodeRecord(stored->bytes, /*check_crc=*/false);
  if (!record) return false;
  const auto topic = model::FindProperty(record->properties, model::property::kRealTopic);
  const auto key = model::FindProperty(record->properties, model::property::kUniqKey);
  if (!topic) return false;
  if (!key) return delivered.unindexed.Take(*record, *topic);
  const auto found = wiring_.store.Query(*topic, *key, kCopiesMax, record->store_timestamp,
                                         std::numeric_limits<int64_t>::max());
  for (const store::LogSlice& slice : found.records) {
    const auto copy = model::DecodeRecord(slice.bytes, /*check_crc=*/false);
    if (copy && IsCopyOf(*copy, *record, *topic) &&
        delivered.indexed.insert(copy->log_offset).second)
      return true;
  }
  const bool no_index = found.records.empty() && found.index_last_update_timestamp == 0;
  return no_index && delivered.unindexed.Take(*record, *topic);
}

}  // namespace pintle::broker
