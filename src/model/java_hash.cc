#include "model/java_hash.h"

#include <cstddef>

namespace pintle::model {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct CodePoint {
  char32_t value;
  size_t length;  // bytes consumed, at least one
};

// What the first byte of a sequence promises. The second byte's range is narrower than 80..BF where
// the sequence would otherwise be overlong, a surrogate, or past U+10FFFF.
struct Lead {
  size_t length = 0;
  char32_t bits = 0;
  uint8_t second_min = 0x80;
  uint8_t second_max = 0xBF;
};

Lead ReadLead(uint8_t first) {
  if (first >= 0xC2 && first <= 0xDF) return {2, first & 0x1Fu};
  if (first >= 0xE0 && first <= 0xEF) {
    return {3, first & 0x0Fu, static_cast<uint8_t>(first == 0xE0 ? 0xA0 : 0x80),
            static_cast<uint8_t>(first == 0xED ? 0x9F : 0xBF)};
  }
  if (first >= 0xF0 && first <= 0xF4) {
    return {4, first & 0x07u, static_cast<uint8_t>(first == 0xF0 ? 0x90 : 0x80),
            static_cast<uint8_t>(first == 0xF4 ? 0x8F : 0xBF)};
  }
  return {};
}

CodePoint ReadCodePoint(std::string_view text) {
  const Lead lead = ReadLead(static_cast<uint8_t>(text[0]));
  if (lead.length == 0) return {kReplacement, 1};
  char32_t value = lead.bits;
  for (size_t i = 1; i < lead.length; ++i) {
    const uint8_t min = i == 1 ? lead.second_min : 0x80;
    const uint8_t max = i == 1 ? lead.second_max : 0xBF;
    if (i >= text.size()) return {kReplacement, i};
    const auto byte = static_cast<uint8_t>(text[i]);
    if (byte < min || byte > max) return {kReplacement, i};
    value = value << 6 | (byte & 0x3Fu);
  }
  return {value, lead.length};
}

}  // namespace

int32_t JavaHash(std::string_view utf8, int32_t seed) {
  auto hash = static_cast<uint32_t>(seed);
  while (!utf8.empty()) {
    const auto first = static_cast<uint8_t>(utf8[0]);
    if (first < 0x80) [[likely]] {
      hash = 31 * hash + first;
      utf8.remove_prefix(1);
      continue;
    }
    const CodePoint point = ReadCodePoint(utf8);
    if (point.value >= 0x10000) {
      const char32_t offset = point.value - 0x10000;
      hash = 31 * hash + (0xD800 + (offset >> 10));
      hash = 31 * hash + (0xDC00 + (offset & 0x3FF));
    } else {
      hash = 31 * hash + point.value;
    }
    utf8.remove_prefix(point.length);
  }
  return static_cast<int32_t>(hash);
}

}  // namespace pintle::model
