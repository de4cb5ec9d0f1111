// Integers that do not mix: a LogOffset is not a QueueOffset.
#pragma once

#include <fmt/format.h>

#include <compare>
#include <cstdint>
#include <functional>

namespace pintle {

// A signed 64-bit value with a meaning. Differences are plain integers; sums with plain integers
// stay of the type. No implicit conversion either way.
template <typename Tag>
class StrongInt {
 public:
  constexpr StrongInt() = default;
  constexpr explicit StrongInt(int64_t value) : value_(value) {}

  constexpr int64_t value() const { return value_; }

  friend constexpr auto operator<=>(StrongInt, StrongInt) = default;
  friend constexpr StrongInt operator+(StrongInt a, int64_t n) { return StrongInt(a.value_ + n); }
  friend constexpr StrongInt operator-(StrongInt a, int64_t n) { return StrongInt(a.value_ - n); }
  friend constexpr int64_t operator-(StrongInt a, StrongInt b) { return a.value_ - b.value_; }
  constexpr StrongInt& operator+=(int64_t n) {
    value_ += n;
    return *this;
  }
  constexpr StrongInt& operator++() {
    ++value_;
    return *this;
  }

 private:
  int64_t value_ = 0;
};

}  // namespace pintle

template <typename Tag>
struct fmt::formatter<pintle::StrongInt<Tag>> : fmt::formatter<int64_t> {
  auto format(pintle::StrongInt<Tag> v, fmt::format_context& context) const {
    return fmt::formatter<int64_t>::format(v.value(), context);
  }
};

template <typename Tag>
struct std::hash<pintle::StrongInt<Tag>> {
  size_t operator()(pintle::StrongInt<Tag> v) const noexcept {
    return std::hash<int64_t>()(v.value());
  }
};
