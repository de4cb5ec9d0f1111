// Transactions: messages that wait, out of sight, until their producer says what becomes of them.
//
// A half is undecided from when it is stored until an answer is applied; whoever names it later
// changes nothing. When no answer comes its group's producers are asked, one of them at a time,
// first after the timeout and then at every interval; a half that was asked for often enough is put
// aside. The queues on disk say all of this too, so that a broker that starts, this or RocketMQ's,
// goes on where the last one ended.
//
// Of a commit the whole message is stored first and its op next, under one lock: after a crash
// between the two the whole message is found by the index, or behind the last op in the log.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/mutex.h"
#include "broker/refusal.h"
#include "broker/transactions/transaction_log.h"
#include "broker/transactions/undecided.h"
#include "net/loop.h"
#include "net/task.h"

namespace pintle::broker {

class Broker;

// What a producer says of a half. Views: used up when End() returns.
struct TransactionEnd {
  std::string_view group;
  model::QueueOffset queue_offset;  // of the half, or of one of its copies
  model::LogOffset log_offset;
  bool commit = false;     // else roll back
  bool was_asked = false;  // an answer to a question
};

// Threads: AppendHalf(), End(), Resume() and size() from any thread; Open() by the owner; the rest
// on the broker's first loop.
class Transactions {
 public:
  explicit Transactions(Broker& broker);
  ~Transactions();
  Transactions(const Transactions&) = delete;
  Transactions& operator=(const Transactions&) = delete;

  // Reads what is undecided.
  Status Open();
  // Questions are asked from now on.
  void Start();
  net::Task<void> Stop();
  // From time to time: remembers how far the queues are done with, as far as that is durable.
  void SaveProgress();
  // At the end, when the store is about to flush everything.
  void SaveFinalProgress();

  // Stores `message`, whose properties say where it belongs, as a half.
  Result<store::Appended> AppendHalf(const store::NewMessage& message, std::string_view properties);
  // Applies the answer. Fine too when the half has been decided before: then nothing is done.
  Outcome<void> End(const TransactionEnd& end);

  // Asks again, from the first time on, about the half that stands at `offset`, or that was put aside
  // there. Refused when it is decided, or asked about already after it was put aside.
  Outcome<void> Resume(model::LogOffset offset);

  // Halves that are undecided.
  size_t size() const;

 private:
  struct Progress {
    int64_t half = 0;
    int64_t op = 0;
    model::LogOffset log_end;  // durable up to here: it may be remembered
  };
  // What reading the queues at the start gathers.
  struct Loading;

  void LoadHalf(Loading& loading, const model::Record& record) REQUIRES(mutex_);
  void FindWhole(Loading& loading) REQUIRES(mutex_);
  Outcome<void> Check(const TransactionEnd& end, const model::Record& half,
                      const HalfProperties& properties) const;
  bool TooLate(const TransactionEnd& end, const HalfProperties& properties) const;
  // The half at `offset` is done with.
  void Decide(int64_t offset) REQUIRES(mutex_);
  void WriteOps() REQUIRES(mutex_);
  Progress ProgressNow() REQUIRES(mutex_);
  void Remember(const Progress& progress);

  int64_t DueIn(int64_t delay_ms) const;
  // Makes sure that the timer runs when the next question is due.
  void Arm() EXCLUDES(mutex_);
  void OnTimer();
  net::Task<void> AskAll();
  void AskDue() EXCLUDES(mutex_);
  void Ask(int64_t offset) EXCLUDES(mutex_);
  void Discard(int64_t offset, const model::Record& half) REQUIRES(mutex_);
  Outcome<void> AskAnew(const model::Record& half);
  void Tell(const model::Record& half, std::string_view text, const store::Appended& copy);

  Broker& broker_;
  TransactionLog log_;
  net::Loop& loop_;

  mutable Mutex mutex_;
  Undecided undecided_ GUARDED_BY(mutex_);
  OpProgress ops_ GUARDED_BY(mutex_);
  int64_t half_end_ GUARDED_BY(mutex_) = 0;  // one past the last half
  // Halves that are done with, of which no op says so yet.
  std::vector<int64_t> unwritten_ GUARDED_BY(mutex_);
  int64_t armed_ms_ GUARDED_BY(mutex_) = Undecided::kNever;
  bool started_ GUARDED_BY(mutex_) = false;

  // The loop's own.
  std::optional<Progress> waiting_;  // for the disk
  net::TimerId timer_ = net::TimerId::kNone;
  bool asking_ = false;
  std::atomic<uint32_t> next_producer_{0};
};

}  // namespace pintle::broker
