#include "client/process_queue.h"

#include <algorithm>

namespace pintle::client {

// The first entry that is not before the offset.
std::deque<ProcessQueue::Entry>::iterator ProcessQueue::Find(int64_t queue_offset) {
  return std::ranges::lower_bound(entries_, queue_offset, {}, &Entry::queue_offset);
}

void ProcessQueue::Add(int64_t queue_offset, size_t body_bytes) {
  // Messages come in order, but for those that the broker had moved us back to.
  auto at = entries_.end();
  if (!entries_.empty() && entries_.back().queue_offset >= queue_offset) at = Find(queue_offset);
  if (at == entries_.end() || at->queue_offset != queue_offset) {
    entries_.insert(at, {queue_offset, body_bytes});
  } else {
    if (!at->done) return;
    *at = {queue_offset, body_bytes};
  }
  ++messages_;
  bytes_ += body_bytes;
}

bool ProcessQueue::Done(int64_t queue_offset) {
  const auto at = Find(queue_offset);
  if (at == entries_.end() || at->queue_offset != queue_offset || at->done) return false;
  at->done = true;
  --messages_;
  bytes_ -= at->body_bytes;
  while (!entries_.empty() && entries_.front().done) entries_.pop_front();
  return true;
}

void ProcessQueue::AdvanceTo(int64_t offset) { next_offset_ = std::max(next_offset_, offset); }

int64_t ProcessQueue::commit_offset() const {
  return entries_.empty() ? next_offset_ : entries_.front().queue_offset;
}

}  // namespace pintle::client
