// Delivers delayed messages when they are due.
//
// Each level of delay is a queue of the schedule topic, in the order in which its messages are due.
// For each level one timer is armed for its first entry; a level without an entry waits for the next
// append. Nobody polls.
//
// A message that cannot be stored under its own topic is tried again, and everything behind it
// waits. After a crash, what was delivered but not yet noted as such is found, by the index or, without
// one, in the queues of its topic, and not delivered again.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bounded_executor.h"
#include "base/clock.h"
#include "broker/delay/delay_progress.h"
#include "broker/delay/due_times.h"
#include "broker/topic_table.h"
#include "broker/traffic.h"
#include "model/delay_levels.h"
#include "net/loop.h"
#include "store/message_store.h"
#include "store/queue_entry.h"

namespace pintle::broker {

struct DelayWiring {
  store::MessageStore& store;
  TopicTable& topics;
  Traffic& traffic;
  const Clock& clock;
  BoundedExecutor& executor;          // for what is not in memory any more
  std::span<net::Loop* const> loops;  // levels are shared out among them
  const model::DelayLevels& levels;
};

// Threads: Open() by the owner, before anything else; Start() and Stop() on the first loop;
// OnStored() and Pending() from any thread.
class DelaySchedule {
 public:
  DelaySchedule(const DelayWiring& wiring, DelayProgress& progress);
  ~DelaySchedule();
  DelaySchedule(const DelaySchedule&) = delete;
  DelaySchedule& operator=(const DelaySchedule&) = delete;

  // Finds where an earlier process left off. The progress is loaded by then.
  Status Open();
  void Start();
  // Ends when nothing is being delivered any more.
  net::Task<void> Stop();

  // A message was appended to the level's queue.
  void OnStored(int32_t level, const store::Appended& appended);

  // By level: the next entry to be delivered and the end of the queue.
  struct Range {
    int32_t level = 0;
    model::QueueOffset next;
    model::QueueOffset end;
  };
  std::vector<Range> Pending() const;
  // How often a level was looked at since the start.
  int64_t turns() const { return turns_.load(std::memory_order_relaxed); }

 private:
  struct Level;
  struct Delivered;
  enum class Outcome : uint8_t { kDelivered, kPassedOver, kAgain };
  // What one turn came to.
  struct Turn {
    int64_t wait_ms = 0;  // until the next one; -1: until an append
  };

  void Post(Level& level);
  void Run(Level& level);
  void After(Level& level, Turn turn);
  Turn DeliverSome(Level& level);
  Outcome Deliver(Level& level, const store::QueueEntry& entry, model::LogOffset& end);
  void PassOverDelivered(Level& level);
  bool IsDelivered(const store::QueueEntry& entry, Delivered& delivered);

  const DelayWiring wiring_;
  DelayProgress& progress_;
  std::atomic<int64_t> turns_{0};
  std::vector<std::unique_ptr<Level>> levels_;  // const after Open()
};

}  // namespace pintle::broker
