#include "client/fetched_queue.h"

#include <algorithm>
#include <iterator>

namespace pintle::client {

Status MemoryQueue::Add(std::vector<MessageView> messages, int64_t next) {
  for (const MessageView& message : messages) bytes_ += message.body.size();
  std::ranges::move(messages, std::back_inserter(messages_));
  next_ = std::max(next_, next);
  // Messages that nobody wants are passed as soon as nothing stands before them.
  if (messages_.empty()) position_ = next_;
  return {};
}

Result<std::vector<MessageView>> MemoryQueue::Take(size_t max) {
  std::vector<MessageView> taken;
  while (!messages_.empty() && taken.size() < max) {
    bytes_ -= messages_.front().body.size();
    position_ = messages_.front().queue_offset + 1;
    taken.push_back(std::move(messages_.front()));
    messages_.pop_front();
  }
  if (messages_.empty()) position_ = next_;
  return taken;
}

Status MemoryQueue::MoveTo(int64_t offset) {
  messages_.clear();
  bytes_ = 0;
  position_ = next_ = offset;
  return {};
}

}  // namespace pintle::client
