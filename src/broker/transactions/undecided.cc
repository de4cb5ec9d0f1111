#include "broker/transactions/undecided.h"

#include <algorithm>

namespace pintle::broker {

void Undecided::Add(int64_t offset, Half half) {
  due_.emplace(half.due_ms, offset);
  halves_.insert_or_assign(offset, std::move(half));
}

std::optional<int64_t> Undecided::Current(int64_t offset) const {
  if (halves_.contains(offset)) return offset;
  const auto named = names_.find(offset);
  if (named == names_.end()) return std::nullopt;
  return named->second;
}

const Undecided::Half* Undecided::Find(int64_t offset) const {
  const auto current = Current(offset);
  return current ? &halves_.at(*current) : nullptr;
}

void Undecided::AddName(int64_t name, int64_t to) {
  const auto half = halves_.find(to);
  if (half == halves_.end() || name == to) return;
  if (names_.insert_or_assign(name, to).second) half->second.earlier.push_back(name);
}

bool Undecided::Move(int64_t from, int64_t to, model::LogOffset log_offset, int32_t checks,
                     int64_t due_ms) {
  const auto found = halves_.find(from);
  if (found == halves_.end()) return false;
  Half half = std::move(found->second);
  due_.erase({half.due_ms, from});
  halves_.erase(found);
  if (from != to) half.earlier.push_back(from);
  for (const int64_t name : half.earlier) names_[name] = to;
  half.log_offset = log_offset;
  half.checks = checks;
  half.due_ms = due_ms;
  Add(to, std::move(half));
  return true;
}

void Undecided::Remove(int64_t offset) {
  const auto current = Current(offset);
  if (!current) return;
  const auto found = halves_.find(*current);
  due_.erase({found->second.due_ms, *current});
  for (const int64_t name : found->second.earlier) names_.erase(name);
  halves_.erase(found);
}

std::vector<int64_t> Undecided::Due(int64_t now_ms, size_t most) const {
  std::vector<int64_t> out;
  for (const auto& [due_ms, offset] : due_) {
    if (due_ms > now_ms || out.size() == most) break;
    out.push_back(offset);
  }
  return out;
}

void OpProgress::Add(int64_t at, int64_t half) {
  if (!ops_.empty() && half <= ops_.back().second) {
    ops_.back().first = at + 1;
    return;
  }
  ops_.emplace_back(at + 1, half);
}

int64_t OpProgress::Advance(int64_t half) {
  while (!ops_.empty() && ops_.front().second < half) {
    begin_ = ops_.front().first;
    ops_.pop_front();
  }
  return begin_;
}

}  // namespace pintle::broker
