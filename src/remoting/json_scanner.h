// The tokens of fastjson's dialect, in place: what JSON headers and JSON bodies have in common.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/error.h"
#include "base/scratch_arena.h"

namespace pintle::remoting {

#if defined(__SSE2__)
// Of 16 bytes, one bit for each that equals `a` or `b`.
inline unsigned MatchingBytes(const char* p, char a, char b) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(
      _mm_cmpeq_epi8(block, _mm_set1_epi8(a)), _mm_cmpeq_epi8(block, _mm_set1_epi8(b)))));
}

// The places of all quotes and backslashes, in order. Stops some way before the end of the text, so
// that two characters after each place can be read too.
class QuoteMap {
 public:
  QuoteMap(const char* begin, const char* end) : base_(begin), end_(end) {
    bits_ = end_ - base_ < kReadable ? 0 : Load(base_);
  }
  // The next place, or nullptr.
  const char* Take() {
    while (bits_ == 0) {
      base_ += 64;
      if (end_ - base_ < kReadable) return nullptr;
      bits_ = Load(base_);
    }
    const char* const place = base_ + std::countr_zero(bits_);
    bits_ &= bits_ - 1;
    return place;
  }

 private:
  static constexpr ptrdiff_t kReadable = 64 + 3;

  static uint64_t Load(const char* p) {
    return MatchingBytes(p, '"', '\\') |
           static_cast<uint64_t>(MatchingBytes(p + 16, '"', '\\')) << 16 |
           static_cast<uint64_t>(MatchingBytes(p + 32, '"', '\\')) << 32 |
           static_cast<uint64_t>(MatchingBytes(p + 48, '"', '\\')) << 48;
  }

  const char* base_;
  const char* const end_;
  uint64_t bits_;
};
#endif

// Goes through a text once. Strings without escapes are views of the text; the others are written,
// escapes undone, to one piece of `arena` that is allocated when the first of them comes.
//
// After a method returned false the text is malformed at at(), and the scanner is of no further
// use.
class JsonScanner {
 public:
  JsonScanner(std::string_view text, ScratchArena& arena)
      : begin_(text.data()), next_(begin_), end_(begin_ + text.size()), arena_(arena) {}

  size_t at() const { return static_cast<size_t>(next_ - begin_); }

  // The next character that is no blank and not in a comment, not consumed; '\0' at the end.
  char Peek() {
    if (next_ != end_ && static_cast<unsigned char>(*next_) > ' ' && *next_ != '/') [[likely]]
      return *next_;
    return PeekPastBlanks();
  }
  // Consumes what Peek() gave.
  void Skip() { ++next_; }
  // Consumes `c` if it comes next.
  bool Take(char c) {
    if (Peek() != c) return false;
    ++next_;
    return true;
  }
  bool AtEnd() { return Peek() == '\0' && next_ == end_; }

  // The string whose quote, single or double, comes next. Its data() is null when there is no end to
  // it. (By value: what is returned stays in registers.)
  std::string_view String() {
#if defined(__SSE2__)
    // Most are short and have no escapes.
    if (end_ - next_ > 16 && *next_ == '"') [[likely]] {
      const char* const start = next_ + 1;
      const unsigned found = MatchingBytes(start, '"', '\\');
      const char* const p = start + std::countr_zero(found | 0x10000u);
      if (found != 0 && *p == '"') [[likely]] {
        next_ = p + 1;
        return {start, static_cast<size_t>(p - start)};
      }
    }
#endif
    return LongString();
  }
  // Takes members for as long as they are written as Java does, `"name":"value",`, with neither
  // blanks nor escapes, and calls add(name, value). Next is a quote. Whatever is not so written is
  // left, from the quote of its name on.
  //
  // The quotes are found 64 bytes at a time, apart from what is done with them: the search for the
  // end of a string does not wait for the end of the one before.
  template <typename Add>
  void PlainMembers(Add add) {
#if defined(__SSE2__)
    QuoteMap quotes(next_, end_);
    if (quotes.Take() != next_) return;
    while (true) {
      const char* const name = next_ + 1;
      const char* const name_end = quotes.Take();
      if (name_end == nullptr || name_end[0] != '"' || name_end[1] != ':') return;
      const char* const value = name_end + 3;
      if (value[-1] != '"' || quotes.Take() != value - 1) return;
      const char* const value_end = quotes.Take();
      if (value_end == nullptr || *value_end != '"') return;
      add({name, static_cast<size_t>(name_end - name)},
          {value, static_cast<size_t>(value_end - value)});
      next_ = value_end + 1;
      if (value_end[1] != ',' || value_end[2] != '"' || quotes.Take() != value_end + 2) return;
      next_ = value_end + 2;
    }
#endif
  }

  // A whole number of up to nine digits that ends where a value ends; false, and nothing read, when
  // something else comes.
  bool ShortInt(int32_t& out) {
    const char* p = next_;
    const bool negative = p != end_ && *p == '-';
    if (negative) ++p;
    int32_t value = 0;
    int digits = 0;
    for (; p != end_ && static_cast<unsigned char>(*p - '0') < 10 && digits < 10; ++p, ++digits)
      if (digits < 9) value = value * 10 + (*p - '0');
    if (digits == 0 || digits > 9 || p == end_ || (*p != ',' && *p != '}')) return false;
    next_ = p;
    out = negative ? -value : value;
    return true;
  }

  // A run of characters that are in no other token: a number, a literal, a name without quotes.
  // Empty is malformed.
  std::string_view Bare();
  // Any value, whatever is in it.
  bool SkipValue(int depth_left);

  // A message that says where; for kMalformed.
  std::unexpected<Error> Fail(std::string_view what) const;

 private:
  char PeekPastBlanks();
  std::string_view LongString();
  bool Escape(char*& out);
  bool ControlEscape(char*& out);
  bool Unicode(char*& out);
  bool Hex(int digits, unsigned& out);
  char* Space();

  const char* const begin_;
  const char* next_;
  const char* const end_;
  ScratchArena& arena_;
  char* space_ = nullptr;  // where the next unescaped string goes
};

// Writes `text` between quotes that the caller writes; at most 6 bytes for each of `text`. Returns
// the end. As fastjson 2 does: control characters, the quote and the backslash are escaped. Bytes
// that are not UTF-8 become '?', as Java's encoder has it.
char* WriteJsonEscaped(std::string_view text, char* out);
// The same in ASCII alone: everything else as \uXXXX.
char* WriteJsonEscapedAscii(std::string_view text, char* out);

}  // namespace pintle::remoting
