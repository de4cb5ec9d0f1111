// What has been fetched of one queue and waits to be polled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "pintle/error.h"
#include "pintle/message.h"

namespace pintle::client {

// Threads: one thread, the owner (the consumer's loop).
class FetchedQueue {
 public:
  virtual ~FetchedQueue() = default;
  // The queue's messages up to before `next` that are ours; all of them are behind position().
  virtual Status Add(std::vector<MessageView> messages, int64_t next) = 0;
  // Up to `max` of the next messages, which moves position() behind them.
  virtual Result<std::vector<MessageView>> Take(size_t max) = 0;
  // Goes on at `offset`, which keeps what is held behind it where that is possible.
  virtual Status MoveTo(int64_t offset) = 0;
  // Everything before `offset` is committed.
  virtual void Committed(int64_t offset) = 0;

  virtual int64_t position() const = 0;  // of the next to take
  virtual int64_t next() const = 0;      // where fetching goes on
  // Fetching is to pause.
  virtual bool full() const = 0;
};

// In memory.
class MemoryQueue final : public FetchedQueue {
 public:
  MemoryQueue(int64_t offset, size_t messages_max, size_t bytes_max)
      : messages_max_(messages_max), bytes_max_(bytes_max), position_(offset), next_(offset) {}

  Status Add(std::vector<MessageView> messages, int64_t next) override;
  Result<std::vector<MessageView>> Take(size_t max) override;
  Status MoveTo(int64_t offset) override;
  void Committed(int64_t) override {}
  int64_t position() const override { return position_; }
  int64_t next() const override { return next_; }
  bool full() const override { return messages_.size() >= messages_max_ || bytes_ >= bytes_max_; }

 private:
  const size_t messages_max_;
  const size_t bytes_max_;
  std::deque<MessageView> messages_;
  size_t bytes_ = 0;
  int64_t position_;
  int64_t next_;
};

}  // namespace pintle::client
