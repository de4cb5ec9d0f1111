#include "client/process_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pintle::client {

// The first entry that is not before the offset.
ProcessQueue::Entries::iterator ProcessQueue::Find(int64_t queue_offset) {
  const auto begin = entries_.begin() + static_cast<ptrdiff_t>(first_);
  // Mostly the first one: what is consumed in order is done with in order.
  if (begin != entries_.end() && begin->queue_offset >= queue_offset) return begin;
  return std::ranges::lower_bound(begin, entries_.end(), queue_offset, {}, &Entry::queue_offset);
}

void ProcessQueue::AddOne(int64_t queue_offset, uint32_t body_bytes) {
  // Messages come in order, but for those that the broker had moved us back to.
  auto at = entries_.end();
  if (first_ < entries_.size() && entries_.back().queue_offset >= queue_offset)
    at = Find(queue_offset);
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
  while (first_ < entries_.size() && entries_[first_].done) ++first_;
  // At the latest when half of the list is behind us, so that each entry moves once on the average.
  if (first_ * 2 >= entries_.size()) {
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<ptrdiff_t>(first_));
    first_ = 0;
  }
  return true;
}

void ProcessQueue::Add(int64_t queue_offset, uint32_t body_bytes) {
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
  return entries_.empty() ? next_offset_ : entries_[first_].queue_offset;
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
  if (records.empty()) return;
  MutexLock lock(mutex_);
  for (const PulledRecord& record : records) AddOne(record.queue_offset, record.body_bytes);
  waiting_.push_back(std::move(records));
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

std::vector<PulledRecord> ProcessQueue::Take(size_t least) {
  MutexLock lock(mutex_);
  std::vector<PulledRecord> taken;
  auto at = waiting_.begin();
  if (at != waiting_.end()) taken = std::move(*at++);
  for (; at != waiting_.end() && taken.size() < least; ++at)
    std::ranges::move(*at, std::back_inserter(taken));
  waiting_.erase(waiting_.begin(), at);
  return taken;
}

void ProcessQueue::PutBack(std::vector<PulledRecord> records, size_t begin) {
  records.erase(records.begin(), records.begin() + static_cast<ptrdiff_t>(begin));
  if (records.empty()) return;
  MutexLock lock(mutex_);
  waiting_.insert(waiting_.begin(), std::move(records));
}

bool ProcessQueue::claimed() const {
  MutexLock lock(mutex_);
  return claimed_;
}

}  // namespace pintle::client
