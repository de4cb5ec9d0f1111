// The tokens of fastjson's dialect, in place: what JSON headers and JSON bodies have in common.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/error.h"
#include "base/scratch_arena.h"

namespace pintle::remoting {

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

  // The string whose quote, single or double, comes next.
  bool String(std::string_view& out);
  // A run of characters that are in no other token: a number, a literal, a name without quotes.
  // Empty is malformed.
  bool Bare(std::string_view& out);
  // Any value, whatever is in it.
  bool SkipValue(int depth_left);

  // A message that says where; for kMalformed.
  std::unexpected<Error> Fail(std::string_view what) const;

 private:
  char PeekPastBlanks();
  bool Escape(char*& out);
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
