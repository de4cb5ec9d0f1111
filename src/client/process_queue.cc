#include "client/process_queue.h"

#include <algorithm>

namespace pintle::client {

void ProcessQueue::Add(const MessageView& message) {
  if (sizes_.emplace(message.queue_offset, message.body.size()).second)
    bytes_ += message.body.size();
}

bool ProcessQueue::Done(int64_t queue_offset) {
  const auto at = sizes_.find(queue_offset);
  if (at == sizes_.end()) return false;
  bytes_ -= at->second;
  sizes_.erase(at);
  return true;
}

void ProcessQueue::AdvanceTo(int64_t offset) { next_offset_ = std::max(next_offset_, offset); }

int64_t ProcessQueue::commit_offset() const {
  return sizes_.empty() ? next_offset_ : sizes_.begin()->first;
}

}  // namespace pintle::client
