// What a consumer has fetched of one queue and not finished with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "pintle/message.h"

namespace pintle::client {

// Threads: one thread, the owner (the consumer's loop).
class ProcessQueue {
 public:
  // `next` is where the first pull begins: what is committed while nothing has been consumed.
  explicit ProcessQueue(int64_t next) : next_offset_(next) {}

  void Add(const MessageView& message);
  // A message has been consumed or sent back. False: it was not held, or was done before.
  bool Done(int64_t queue_offset);
  // Everything before `offset` has been fetched or is not for us.
  void AdvanceTo(int64_t offset);
  // The broker says that the next message is at `offset`, which may be before what was asked for.
  void MoveTo(int64_t offset) { next_offset_ = offset; }

  // The smallest offset that is not done, or the next to fetch: what may be committed.
  int64_t commit_offset() const;
  int64_t next_offset() const { return next_offset_; }
  size_t messages() const { return sizes_.size(); }
  size_t bytes() const { return bytes_; }

  bool dropped = false;    // no longer ours: what is under way ends, nothing is committed
  int64_t committed = -1;  // last offset told to the broker

  // Consumed in order: what waits for its turn, whether the listener has some of it, and until when
  // (monotonic) the broker keeps others away.
  std::deque<MessageView> waiting;
  bool busy = false;
  int64_t locked_until_ms = 0;

  // Acknowledged by hand: what the listener has seen, and when it comes again.
  struct Unacked {
    MessageView message;
    int64_t due_ms = 0;  // monotonic
  };
  std::map<int64_t, Unacked> unacked;  // by queue offset

 private:
  std::map<int64_t, size_t> sizes_;  // queue offset -> body bytes
  size_t bytes_ = 0;
  int64_t next_offset_ = 0;
};

}  // namespace pintle::client
