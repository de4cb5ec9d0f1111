// Big-endian loads and stores, and views of bytes as text. RocketMQ's formats are big-endian
// throughout.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace pintle {

using ByteView = std::span<const std::byte>;
using ByteSpan = std::span<std::byte>;

template <typename Int>
inline Int LoadBig(const std::byte* in) {
  Int v;
  std::memcpy(&v, in, sizeof v);
  if constexpr (sizeof(Int) == 2)
    return static_cast<Int>(__builtin_bswap16(static_cast<uint16_t>(v)));
  if constexpr (sizeof(Int) == 4)
    return static_cast<Int>(__builtin_bswap32(static_cast<uint32_t>(v)));
  if constexpr (sizeof(Int) == 8)
    return static_cast<Int>(__builtin_bswap64(static_cast<uint64_t>(v)));
  return v;
}

template <typename Int>
inline void StoreBig(std::byte* out, Int v) {
  if constexpr (sizeof(Int) == 2) v = static_cast<Int>(__builtin_bswap16(static_cast<uint16_t>(v)));
  if constexpr (sizeof(Int) == 4) v = static_cast<Int>(__builtin_bswap32(static_cast<uint32_t>(v)));
  if constexpr (sizeof(Int) == 8) v = static_cast<Int>(__builtin_bswap64(static_cast<uint64_t>(v)));
  std::memcpy(out, &v, sizeof v);
}

inline ByteView AsBytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

inline std::string_view AsText(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Reads big-endian values off the front of a view. After the first read past the end, ok() is
// false, every further read gives zero or empty, and nothing is consumed.
class ByteReader {
 public:
  explicit ByteReader(ByteView in) : in_(in) {}

  bool ok() const { return ok_; }
  size_t remaining() const { return in_.size(); }
  ByteView rest() const { return in_; }

  template <typename Int>
  Int Big() {
    if (!Has(sizeof(Int))) return Int{};
    const Int v = LoadBig<Int>(in_.data());
    in_ = in_.subspan(sizeof(Int));
    return v;
  }

  ByteView Take(size_t n) {
    if (!Has(n)) return {};
    ByteView out = in_.first(n);
    in_ = in_.subspan(n);
    return out;
  }
  std::string_view TakeText(size_t n) { return AsText(Take(n)); }

 private:
  bool Has(size_t n) {
    if (ok_ && in_.size() >= n) return true;
    ok_ = false;
    return false;
  }

  ByteView in_;
  bool ok_ = true;
};

}  // namespace pintle
