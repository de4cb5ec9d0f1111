// What a consumer has fetched of one queue and not finished with.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>

#include "client/pulled_records.h"
#include "pintle/message.h"

namespace pintle::client {

// Threads: one thread, the owner (the consumer's loop); what is const or atomic is any thread's to read.
class ProcessQueue {
 public:
  // `next` is where the first pull begins: what is committed while nothing has been consumed.
  ProcessQueue(MessageQueue of, int64_t next) : queue(std::move(of)), next_offset_(next) {}

  void Add(int64_t queue_offset, size_t body_bytes);
  // A message has been consumed or sent back. False: it was not held, or was done before.
  bool Done(int64_t queue_offset);
  // Everything before `offset` has been fetched or is not for us.
  void AdvanceTo(int64_t offset);
  // The broker says that the next message is at `offset`, which may be before what was asked for.
  void MoveTo(int64_t offset) { next_offset_ = offset; }

  // The smallest offset that is not done, or the next to fetch: what may be committed.
  int64_t commit_offset() const;
  int64_t next_offset() const { return next_offset_; }
  size_t messages() const { return messages_; }
  size_t bytes() const { return bytes_; }

  const MessageQueue queue;
  std::atomic<bool> dropped{
      false};              // not ours any more: what is under way ends, nothing is committed
  int64_t committed = -1;  // last offset told to the broker

  // Consumed in order: what waits for its turn, whether the listener's threads have some of it, and
  // until when (monotonic) the broker keeps others away.
  std::deque<PulledRecord> waiting;
  bool busy = false;
  std::atomic<int64_t> locked_until_ms{0};

  // Acknowledged by hand: what the listener has seen, and when it comes again.
  struct Unacked {
    PulledRecord record;
    int64_t due_ms = 0;  // monotonic
  };
  std::map<int64_t, Unacked> unacked;  // by queue offset

 private:
  struct Entry {
    int64_t queue_offset = 0;
    size_t body_bytes = 0;
    bool done = false;
  };
  std::deque<Entry>::iterator Find(int64_t queue_offset);

  // By offset; begins with one that is not done.
  std::deque<Entry> entries_;
  size_t messages_ = 0;
  size_t bytes_ = 0;
  int64_t next_offset_ = 0;
};

}  // namespace pintle::client
