#include "tests/fault/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/random.h"

namespace pintle::testing {

namespace {

constexpr size_t kNumberDigits = 12;
constexpr size_t kComplaintsKept = 20;

std::string Where(const LedgerQueue& queue, int64_t offset) {
  return fmt::format("{} queue {} offset {}", queue.topic, queue.queue_id, offset);
}

}  // namespace

// Mostly small, some past the size from which clients compress, a few large.
std::string Ledger::Body(uint64_t number) {
  Random random(number * 2 + 1);
  const uint64_t draw = random.Next() % 64;
  const size_t size = draw == 0  ? random.Next() % 60'000
                      : draw < 4 ? random.Next() % 6'000
                                 : random.Next() % 400;
  std::string body = fmt::format("{:0{}}:", number, kNumberDigits);
  body.reserve(body.size() + size + 8);
  while (body.size() < size) {
    const uint64_t word = random.Next();
    for (int shift = 0; shift < 64; shift += 8)
      body.push_back(static_cast<char>('a' + (word >> shift) % 26));
  }
  return body;
}

uint64_t Ledger::Begin(const std::string& topic) {
  const std::scoped_lock lock(mutex_);
  const auto known = std::ranges::find(topic_names_, topic);
  const auto index = static_cast<uint32_t>(known - topic_names_.begin());
  if (known == topic_names_.end()) topic_names_.push_back(topic);
  entries_.push_back({.topic = index});
  return entries_.size() - 1;
}

void Ledger::Acknowledged(uint64_t number, const LedgerQueue& queue, int64_t offset) {
  const std::scoped_lock lock(mutex_);
  Entry& entry = entries_.at(number);
  if (topic_names_[entry.topic] != queue.topic)
    ComplainLocked(fmt::format("message {} was acknowledged in {}", number, Where(queue, offset)));
  entry.acknowledged = true;
  entry.queue_id = queue.queue_id;
  entry.offset = offset;
  ++acknowledged_;
}

void Ledger::Found(const LedgerQueue& queue, int64_t offset, std::string_view body) {
  const std::scoped_lock lock(mutex_);
  uint64_t number = 0;
  const char* const digits_end = body.data() + std::min(body.size(), kNumberDigits);
  const auto [end, error] = std::from_chars(body.data(), digits_end, number);
  if (error != std::errc() || end != digits_end || number >= entries_.size()) {
    ComplainLocked(fmt::format("nobody sent what stands in {}", Where(queue, offset)));
    return;
  }
  Entry& entry = entries_[number];
  if (topic_names_[entry.topic] != queue.topic)
    ComplainLocked(fmt::format("message {} of topic {} stands in {}", number,
                               topic_names_[entry.topic], Where(queue, offset)));
  if (body != Body(number))
    ComplainLocked(fmt::format("message {} in {} is damaged", number, Where(queue, offset)));
  if (entry.found_queue >= 0 &&
      (entry.found_queue != queue.queue_id || entry.found_offset != offset))
    ComplainLocked(fmt::format("message {} stands in queue {} offset {} and again in {}", number,
                               entry.found_queue, entry.found_offset, Where(queue, offset)));
  entry.found_queue = queue.queue_id;
  entry.found_offset = offset;

  std::vector<int64_t>& numbers = found_[queue];
  const auto at = static_cast<size_t>(offset);
  if (numbers.size() <= at) numbers.resize(at + 1, -1);
  if (numbers[at] >= 0 && numbers[at] != static_cast<int64_t>(number))
    ComplainLocked(fmt::format("{} held message {} and now holds {}", Where(queue, offset),
                               numbers[at], number));
  numbers[at] = static_cast<int64_t>(number);
}

void Ledger::Read(const LedgerQueue& queue, int64_t begin, int64_t end) {
  const std::scoped_lock lock(mutex_);
  const std::vector<int64_t>& numbers = found_[queue];
  for (int64_t offset = begin; offset < end && !holes_allowed_; ++offset) {
    const auto at = static_cast<size_t>(offset);
    if (at >= numbers.size() || numbers[at] < 0)
      ComplainLocked(fmt::format("a hole: nothing came from {}", Where(queue, offset)));
  }
  if (static_cast<int64_t>(numbers.size()) > end)
    ComplainLocked(fmt::format("the queue shrank: {} was there, the end is now {}",
                               Where(queue, static_cast<int64_t>(numbers.size()) - 1), end));
}

void Ledger::BeginAgain() {
  const std::scoped_lock lock(mutex_);
  for (Entry& entry : entries_) entry.found_queue = -1;
  checked_ = 0;
}

void Ledger::CheckAcknowledged() {
  const std::scoped_lock lock(mutex_);
  for (; checked_ < entries_.size(); ++checked_) {
    const Entry& entry = entries_[checked_];
    if (!entry.acknowledged) continue;
    const LedgerQueue queue{topic_names_[entry.topic], entry.queue_id};
    if (entry.found_queue < 0) {
      ComplainLocked(fmt::format("lost: message {}, acknowledged in {}", checked_,
                                 Where(queue, entry.offset)));
    } else if (entry.found_queue != entry.queue_id || entry.found_offset != entry.offset) {
      ComplainLocked(
          fmt::format("message {} was acknowledged in {} and stands in queue {} offset {}",
                      checked_, Where(queue, entry.offset), entry.found_queue, entry.found_offset));
    }
  }
}

void Ledger::ForgiveUnread() {
  const std::scoped_lock lock(mutex_);
  for (size_t number = checked_; number < entries_.size(); ++number) {
    Entry& entry = entries_[number];
    if (entry.found_queue < 0) entry.acknowledged = false;
  }
}

void Ledger::ForgetUnpromised() {
  const std::scoped_lock lock(mutex_);
  for (auto& [queue, numbers] : found_) {
    for (int64_t& number : numbers)
      if (number >= 0 && !entries_[static_cast<size_t>(number)].acknowledged) number = -1;
    while (!numbers.empty() && numbers.back() < 0) numbers.pop_back();
  }
}

void Ledger::CheckOrder(const std::string& topic) {
  const std::scoped_lock lock(mutex_);
  for (const auto& [queue, numbers] : found_) {
    if (queue.topic != topic) continue;
    for (size_t i = 1; i < numbers.size(); ++i) {
      if (numbers[i] >= 0 && numbers[i] < numbers[i - 1])
        ComplainLocked(fmt::format("out of order: message {} follows {} in {}", numbers[i],
                                   numbers[i - 1], Where(queue, static_cast<int64_t>(i))));
    }
  }
}

void Ledger::Complain(std::string what) {
  const std::scoped_lock lock(mutex_);
  ComplainLocked(std::move(what));
}

void Ledger::ComplainLocked(std::string what) {
  if (complaints_.size() < kComplaintsKept) complaints_.push_back(std::move(what));
  ++complaint_count_;
}

int64_t Ledger::EndOf(const LedgerQueue& queue) const {
  const std::scoped_lock lock(mutex_);
  const auto numbers = found_.find(queue);
  return numbers == found_.end() ? 0 : static_cast<int64_t>(numbers->second.size());
}

std::set<std::string> Ledger::topics() const {
  const std::scoped_lock lock(mutex_);
  return {topic_names_.begin(), topic_names_.end()};
}

int64_t Ledger::acknowledged() const {
  const std::scoped_lock lock(mutex_);
  return acknowledged_;
}

int64_t Ledger::sent() const {
  const std::scoped_lock lock(mutex_);
  return static_cast<int64_t>(entries_.size());
}

std::vector<std::string> Ledger::complaints() const {
  const std::scoped_lock lock(mutex_);
  return complaints_;
}

int64_t Ledger::complaint_count() const {
  const std::scoped_lock lock(mutex_);
  return complaint_count_;
}

}  // namespace pintle::testing
