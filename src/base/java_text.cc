#include "base/java_text.h"

#include <cstring>
#include <iterator>

namespace pintle {
namespace {

constexpr char16_t kReplacement = 0xfffd;

// One step of the decoder: how many bytes it takes and what they stand for.
struct Step {
  size_t length = 1;
  char32_t code_point = kReplacement;
  bool well_formed = false;
};

constexpr Step Replace(size_t length) { return {length, kReplacement, false}; }

bool IsContinuation(uint8_t byte) { return (byte & 0xc0) == 0x80; }

Step DecodeTwo(const uint8_t* in, size_t size) {
  if (size < 2 || !IsContinuation(in[1])) return Replace(1);
  return {2, static_cast<char32_t>((in[0] & 0x1f) << 6 | (in[1] & 0x3f)), true};
}

Step DecodeThree(const uint8_t* in, size_t size) {
  // The second byte already shows an overlong form. A surrogate is found only when all three are
  // there, and is replaced as one: with a second byte alone it counts as cut off.
  const bool second_fits = size >= 2 && IsContinuation(in[1]) && !(in[0] == 0xe0 && in[1] < 0xa0);
  if (!second_fits) return Replace(1);
  if (size < 3 || !IsContinuation(in[2])) return Replace(2);
  const auto code_point =
      static_cast<char32_t>((in[0] & 0x0f) << 12 | (in[1] & 0x3f) << 6 | (in[2] & 0x3f));
  if (code_point >= 0xd800 && code_point <= 0xdfff) return Replace(3);
  return {3, code_point, true};
}

Step DecodeFour(const uint8_t* in, size_t size) {
  const bool second_fits = in[0] <= 0xf4 && size >= 2 && IsContinuation(in[1]) &&
                           !(in[0] == 0xf0 && in[1] < 0x90) && !(in[0] == 0xf4 && in[1] > 0x8f);
  if (!second_fits) return Replace(1);
  if (size < 3 || !IsContinuation(in[2])) return Replace(2);
  if (size < 4 || !IsContinuation(in[3])) return Replace(3);
  return {4,
          static_cast<char32_t>((in[0] & 0x07) << 18 | (in[1] & 0x3f) << 12 | (in[2] & 0x3f) << 6 |
                                (in[3] & 0x3f)),
          true};
}

Step Decode(const uint8_t* in, size_t size) {
  const uint8_t first = in[0];
  if (first < 0x80) return {1, first, true};
  if (first >= 0xc2 && first < 0xe0) return DecodeTwo(in, size);
  if (first >= 0xe0 && first < 0xf0) return DecodeThree(in, size);
  if (first >= 0xf0 && first < 0xf8) return DecodeFour(in, size);
  return Replace(1);
}

// Calls `take` with each UTF-16 unit.
template <typename Take>
void ForEachUnit(std::string_view utf8, Take take) {
  const auto* in = reinterpret_cast<const uint8_t*>(utf8.data());
  size_t left = utf8.size();
  while (left > 0) {
    if (*in < 0x80) {
      take(static_cast<char16_t>(*in));
      ++in;
      --left;
      continue;
    }
    const Step step = Decode(in, left);
    if (step.code_point < 0x10000) {
      take(static_cast<char16_t>(step.code_point));
    } else {
      take(static_cast<char16_t>(0xd7c0 + (step.code_point >> 10)));
      take(static_cast<char16_t>(0xdc00 + (step.code_point & 0x3ff)));
    }
    in += step.length;
    left -= step.length;
  }
}

// The length of the longest beginning that is ASCII, to whole words.
size_t AsciiPrefix(std::string_view text) {
  size_t at = 0;
  for (uint64_t word; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & 0x8080808080808080u) != 0) break;
  }
  return at;
}

}  // namespace

std::u16string DecodeJavaText(std::string_view utf8) {
  std::u16string text;
  text.reserve(utf8.size());
  ForEachUnit(utf8, [&text](char16_t unit) { text.push_back(unit); });
  return text;
}

int32_t JavaHashCode(std::string_view utf8) {
  // Keys are ASCII as a rule and every message has some: eight units at a time.
  static constexpr uint32_t kPowers[] = {1742810335u, 887503681u, 28629151u, 923521u,
                                         29791u,      961u,       31u,       1u};
  static constexpr uint32_t kEighth = 2487512833u;  // 31 to the power of 8
  static_assert(kEighth == kPowers[0] * 31u);
  const size_t ascii = AsciiPrefix(utf8);
  uint32_t hash = 0;
  for (size_t at = 0; at < ascii; at += std::size(kPowers)) {
    uint32_t sum = 0;
    for (size_t i = 0; i < std::size(kPowers); ++i)
      sum += kPowers[i] * static_cast<uint8_t>(utf8[at + i]);
    hash = hash * kEighth + sum;
  }
  ForEachUnit(utf8.substr(ascii), [&hash](char16_t unit) { hash = hash * 31 + unit; });
  return static_cast<int32_t>(hash);
}

size_t JavaLength(std::string_view utf8) {
  size_t length = AsciiPrefix(utf8);
  ForEachUnit(utf8.substr(length), [&length](char16_t) { ++length; });
  return length;
}

bool IsUtf8(std::string_view bytes) {
  bytes.remove_prefix(AsciiPrefix(bytes));
  while (!bytes.empty()) {
    const Step step = Decode(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    if (!step.well_formed) return false;
    bytes.remove_prefix(step.length);
  }
  return true;
}

}  // namespace pintle
