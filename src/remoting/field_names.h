// From a field's name to its place in a field table, without a search.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace pintle::remoting {

// A perfect hash over the names of one table, found while compiling. A name's length and four of
// its letters go into the hash; names that agree in all of these do not compile.
template <size_t kCount>
class FieldNames {
 public:
  constexpr explicit FieldNames(std::array<std::string_view, kCount> names) : names_(names) {
    // Any odd multiplier may do; the first without a collision is taken.
    for (uint32_t attempt = 0; attempt < 20'000; ++attempt) {
      multiplier_ = 0x9E3779B1u + attempt * 0x7F4A7C16u;
      if (Place()) return;
    }
    NamesOfAFieldTableCollide();
  }

  // The index of `name`; kCount when it is not in the table.
  size_t Find(std::string_view name) const {
    if (name.empty()) [[unlikely]]
      return kCount;
    const uint32_t letters = Letters(name);
    const size_t index = slots_[Slot(letters, name.size())];
    if (index >= kCount || letters_[index] != letters || names_[index].size() != name.size())
      return kCount;
    // Of names this short the four letters are all.
    if (name.size() <= 3) return index;
    return std::memcmp(names_[index].data(), name.data(), name.size()) == 0 ? index : kCount;
  }

 private:
  // Not constexpr on purpose: reaching it stops the compilation.
  static void NamesOfAFieldTableCollide() {}

  static constexpr int kBits = std::bit_width(kCount) + 2;
  static constexpr uint8_t kFree = 0xff;
  static_assert(kCount < kFree);

  static constexpr uint32_t Letters(std::string_view name) {
    const size_t n = name.size();
    return static_cast<uint32_t>(static_cast<uint8_t>(name[0])) |
           static_cast<uint32_t>(static_cast<uint8_t>(name[n > 1])) << 8 |
           static_cast<uint32_t>(static_cast<uint8_t>(name[n / 2])) << 16 |
           static_cast<uint32_t>(static_cast<uint8_t>(name[n - 1])) << 24;
  }
  constexpr uint32_t Slot(uint32_t letters, size_t size) const {
    return ((letters + static_cast<uint32_t>(size) * 0x85EBCA6Bu) * multiplier_) >> (32 - kBits);
  }

  constexpr bool Place() {
    slots_.fill(kFree);
    for (size_t i = 0; i < kCount; ++i) {
      letters_[i] = Letters(names_[i]);
      uint8_t& slot = slots_[Slot(letters_[i], names_[i].size())];
      if (slot != kFree) return false;
      slot = static_cast<uint8_t>(i);
    }
    return true;
  }

  std::array<std::string_view, kCount> names_;
  std::array<uint32_t, kCount> letters_{};
  uint32_t multiplier_ = 0;
  std::array<uint8_t, size_t{1} << kBits> slots_{};
};

template <>
class FieldNames<0> {
 public:
  constexpr explicit FieldNames(std::array<std::string_view, 0>) {}
};

}  // namespace pintle::remoting
