#include "client/process_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pintle::client {

// The first entry that is not before the offset.
ProcessQueue::Entries::iterator ProcessQueue::Find(int64_t queue_offset) {
  // Mostly the first one: what is consumed in order is done with in order.
  if (!entries_.empty() && entries_.front().queue_offset >= queue_offset) return entries_.begin();
  return std::ranges::lower_bound(entries_, queue_offset, {}, &Entry::queue_offset);
}

void ProcessQueue::AddOne(int64_t queue_offset, size_t body_bytes) {
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

bool ProcessQueue::DoneOne(int64_t queue_offset) {
  const auto at = Find(queue_offset);
  if (at == entries_.end() || at->queue_offset != queue_offset || at->done) return false;
  at->done = true;
  --messages_;
  bytes_ -= at->body_bytes;
  while (!entries_.empty() && entries_.front().done) entries_.pop_front();
  return true;
}

void ProcessQueue::Add(int64_t queue_offset, size_t body_bytes) {
  MutexLock lock(mutex_);
  AddOne(queue_offset, body_bytes);
}

void ProcessQueue::Add(std::span<const PulledRecord> records) {
  MutexLock lock(mutex_);
  for (const PulledRecord& record : records) AddOne(record.queue_offset, record.body_bytes);
}

bool ProcessQueue::Done(int64_t queue_offset) {
  MutexLock lock(mutex_);
  return DoneOne(queue_offset);
}

void ProcessQueue::Done(std::span<const PulledRecord> records) {
  MutexLock lock(mutex_);
  for (const PulledRecord& record : records) DoneOne(record.queue_offset);
}

void ProcessQueue::AdvanceTo(int64_t offset) {
  MutexLock lock(mutex_);
  next_offset_ = std::max(next_offset_, offset);
}

void ProcessQueue::MoveTo(int64_t offset) {
  MutexLock lock(mutex_);
  next_offset_ = offset;
}

int64_t ProcessQueue::commit_offset() const {
  MutexLock lock(mutex_);
  return entries_.empty() ? next_offset_ : entries_.front().queue_offset;
}

int64_t ProcessQueue::next_offset() const {
  MutexLock lock(mutex_);
  return next_offset_;
}

size_t ProcessQueue::messages() const {
  MutexLock lock(mutex_);
  return messages_;
}

size_t ProcessQueue::bytes() const {
  MutexLock lock(mutex_);
  return bytes_;
}

void ProcessQueue::Wait(std::vector<PulledRecord> records) {
  MutexLock lock(mutex_);
  for (PulledRecord& record : records) {
    AddOne(record.queue_offset, record.body_bytes);
    waiting_.push_back(std::move(record));
  }
}

bool ProcessQueue::Claim() {
  MutexLock lock(mutex_);
  if (claimed_ || waiting_.empty()) return false;
  claimed_ = true;
  return true;
}

void ProcessQueue::Release() {
  MutexLock lock(mutex_);
  claimed_ = false;
}

std::vector<PulledRecord> ProcessQueue::Take(size_t max) {
  MutexLock lock(mutex_);
  const auto end = waiting_.begin() + static_cast<ptrdiff_t>(std::min(waiting_.size(), max));
  std::vector<PulledRecord> taken(std::move_iterator(waiting_.begin()), std::move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  return taken;
}

void ProcessQueue::PutBack(std::vector<PulledRecord> records, size_t begin) {
  MutexLock lock(mutex_);
  waiting_.insert(waiting_.begin(),
                  std::move_iterator(records.begin() + static_cast<ptrdiff_t>(begin)),
                  std::move_iterator(records.end()));
}

bool ProcessQueue::claimed() const {
  MutexLock lock(mutex_);
  return claimed_;
}

}  // namespace pintle::client
