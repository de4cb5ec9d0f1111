// The half messages of which it is not known yet what becomes of them.
//
// A half is named by its offset in the half queue. When its producers are asked it is stored anew,
// and gets another one; answers may name any of its offsets for as long as it is here.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/offsets.h"

namespace pintle::broker {

// Threads: one at a time.
class Undecided {
 public:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  struct Half {
    model::LogOffset log_offset;
    int64_t stored_ms = 0;  // wall clock, of the first of its records
    int64_t due_ms = 0;     // monotonic: when to ask
    int32_t checks = 0;
    std::vector<int64_t> earlier;  // its former offsets
  };

  void Add(int64_t offset, Half half);
  // The half stored at `offset`, now or formerly; nullptr when it is not here.
  const Half* Find(int64_t offset) const;
  // Its offset now.
  std::optional<int64_t> Current(int64_t offset) const;
  // Another name for the half at `to`.
  void AddName(int64_t name, int64_t to);
  // The half was stored anew. False when it is not here any more.
  bool Move(int64_t from, int64_t to, model::LogOffset log_offset, int32_t checks, int64_t due_ms);
  void Remove(int64_t offset);

  // Up to `most` that are due, by their offsets now; the longest waiting first.
  std::vector<int64_t> Due(int64_t now_ms, size_t most) const;
  int64_t next_due_ms() const { return due_.empty() ? kNever : due_.begin()->first; }
  // The smallest offset that is here; `otherwise` when nothing is.
  int64_t first(int64_t otherwise) const {
    return halves_.empty() ? otherwise : halves_.begin()->first;
  }
  const std::map<int64_t, Half>& halves() const { return halves_; }
  size_t size() const { return halves_.size(); }

 private:
  std::map<int64_t, Half> halves_;
  std::unordered_map<int64_t, int64_t> names_;  // former offset to the one now
  std::set<std::pair<int64_t, int64_t>> due_;   // when, offset
};

// How far the op queue needs to be read again: every op before is about halves that are behind.
class OpProgress {
 public:
  explicit OpProgress(int64_t begin = 0) : begin_(begin) {}
  // The op at `at` is about halves up to `half`.
  void Add(int64_t at, int64_t half);
  // Halves below `half` are not looked at again. Returns where the op queue is read from.
  int64_t Advance(int64_t half);

 private:
  int64_t begin_;
  std::deque<std::pair<int64_t, int64_t>> ops_;  // one past an op, the largest half so far
};

}  // namespace pintle::broker
