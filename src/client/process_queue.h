// What a consumer has fetched of one queue and not finished with.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "base/mutex.h"
#include "client/pulled_records.h"
#include "pintle/message.h"

namespace pintle::client {

// Threads: any, but for what says otherwise.
class ProcessQueue {
 public:
  // `next` is where the first pull begins: what is committed while nothing has been consumed.
  ProcessQueue(MessageQueue of, int64_t next) : queue(std::move(of)), next_offset_(next) {}

  void Add(int64_t queue_offset, uint32_t body_bytes);
  void Add(std::span<const PulledRecord> records);
  // A message has been consumed or sent back. False: it was not held, or was done before.
  bool Done(int64_t queue_offset);
  void Done(std::span<const PulledRecord> records);
  // Everything before `offset` has been fetched or is not for us.
  void AdvanceTo(int64_t offset);
  // The broker says that the next message is at `offset`, which may be before what was asked for.
  void MoveTo(int64_t offset);

  // The smallest offset that is not done, or the next to fetch: what may be committed.
  int64_t commit_offset() const;
  int64_t next_offset() const;
  size_t messages() const;
  size_t bytes() const;

  // Consumed in order. Messages wait until somebody claims the queue, which one can at a time:
  //
  //   Wait(pulled) ... if (Claim()) { taken = Take(1); consume; Done(taken); Release(); }
  //
  // Whoever releases it looks again: what came meanwhile found it claimed.
  void Wait(std::vector<PulledRecord> records);
  // False: it is claimed, or nothing waits.
  bool Claim();
  void Release();
  // For who has claimed it: the next messages, as they were pulled together; of several pulls, if one
  // alone has not got `least`.
  std::vector<PulledRecord> Take(size_t least);
  // Those from `begin` on wait again, before those that wait.
  void PutBack(std::vector<PulledRecord> records, size_t begin);
  bool claimed() const;

  const MessageQueue queue;
  // Not ours any more: what is under way ends, nothing is committed.
  std::atomic<bool> dropped{false};
  // Until when (monotonic) the broker keeps others away.
  std::atomic<int64_t> locked_until_ms{0};

  // The rest is the consumer's loop's.
  int64_t committed = -1;  // last offset told to the broker

  // Acknowledged by hand: what the listener has seen, and when it comes again.
  struct Unacked {
    PulledRecord record;
    int64_t due_ms = 0;  // monotonic
  };
  std::map<int64_t, Unacked> unacked;  // by queue offset

 private:
  struct Entry {
    int64_t queue_offset = 0;
    uint32_t body_bytes = 0;
    bool done = false;
  };
  // Lists in one piece: their memory is used again, and no thread frees what another one allocated.
  using Entries = std::vector<Entry>;

  Entries::iterator Find(int64_t queue_offset) REQUIRES(mutex_);
  void AddOne(int64_t queue_offset, uint32_t body_bytes) REQUIRES(mutex_);
  bool DoneOne(int64_t queue_offset) REQUIRES(mutex_);

  mutable Mutex mutex_;
  // By offset, from first_ on; begins with one that is not done.
  Entries entries_ GUARDED_BY(mutex_);
  size_t first_ GUARDED_BY(mutex_) = 0;
  size_t messages_ GUARDED_BY(mutex_) = 0;
  size_t bytes_ GUARDED_BY(mutex_) = 0;
  int64_t next_offset_ GUARDED_BY(mutex_) = 0;
  std::vector<std::vector<PulledRecord>> waiting_ GUARDED_BY(mutex_);  // none is empty
  bool claimed_ GUARDED_BY(mutex_) = false;
};

}  // namespace pintle::client
