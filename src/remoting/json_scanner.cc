#include "remoting/json_scanner.h"

#include <array>
#include <cstring>

#include "remoting/utf8.h"

namespace pintle::remoting {

namespace {

// Copies of 16 bytes may run past the end of what they are for.
constexpr size_t kSlack = 16;

constexpr char kHexDigits[] = "0123456789abcdef";

// The value of a hexadecimal digit; -1 for other characters.
constexpr std::array<int8_t, 256> kHexValues = [] {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (size_t i = 0; i < 10; ++i) values['0' + i] = static_cast<int8_t>(i);
  for (size_t i = 0; i < 6; ++i) {
    values['a' + i] = static_cast<int8_t>(10 + i);
    values['A' + i] = static_cast<int8_t>(10 + i);
  }
  return values;
}();

int HexDigit(char c) { return kHexValues[static_cast<unsigned char>(c)]; }

// Characters that are in no number, literal or name.
constexpr std::array<bool, 256> kEndsBare = [] {
  std::array<bool, 256> ends{};
  for (size_t c = 0; c <= ' '; ++c) ends[c] = true;
  for (const char c : std::string_view(",:{}[]\"'/")) ends[static_cast<unsigned char>(c)] = true;
  return ends;
}();

bool EndsBare(char c) { return kEndsBare[static_cast<unsigned char>(c)]; }

// 1 for bytes that WriteJsonEscaped() cannot copy.
constexpr bool NeedsEscape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

char* EscapeOne(unsigned char c, char* out) {
  *out++ = '\\';
  switch (c) {
    case '"':
    case '\\':
      *out++ = static_cast<char>(c);
      return out;
    case '\b':
      *out++ = 'b';
      return out;
    case '\t':
      *out++ = 't';
      return out;
    case '\n':
      *out++ = 'n';
      return out;
    case '\f':
      *out++ = 'f';
      return out;
    case '\r':
      *out++ = 'r';
      return out;
    default:
      *out = 'u';
      out[1] = '0';
      out[2] = '0';
      out[3] = kHexDigits[c >> 4];
      out[4] = kHexDigits[c & 15];
      return out + 5;
  }
}

char* WriteUnit(unsigned unit, char* out) {
  *out++ = '\\';
  *out++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4) *out++ = kHexDigits[(unit >> shift) & 15];
  return out;
}

#if defined(__SSE2__)
// Of 16 bytes, one bit for each that is not plain ASCII text: below ' ', above '~', '"', '\\'.
unsigned NotPlain(const char* p) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  // Signed comparison: bytes from 0x80 on are negative, so below ' ' too.
  const __m128i low = _mm_cmplt_epi8(block, _mm_set1_epi8(' '));
  const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
  const __m128i slash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, slash))));
}
#endif

}  // namespace

char JsonScanner::PeekPastBlanks() {
  while (next_ != end_) {
    const auto c = static_cast<unsigned char>(*next_);
    if (c <= ' ') {
      ++next_;
    } else if (c == '/' && end_ - next_ >= 2 && next_[1] == '/') {
      while (next_ != end_ && *next_ != '\n') ++next_;
    } else if (c == '/' && end_ - next_ >= 2 && next_[1] == '*') {
      const std::string_view rest(next_ + 2, static_cast<size_t>(end_ - next_ - 2));
      const size_t close = rest.find("*/");
      if (close == rest.npos) return '/';
      next_ += 2 + close + 2;
    } else {
      return *next_;
    }
  }
  return '\0';
}

char* JsonScanner::Space() {
  // Undone text is never longer than its escapes, so what is left of the text is enough for all
  // strings to come.
  if (space_ == nullptr) space_ = arena_.Allocate(static_cast<size_t>(end_ - next_) + kSlack);
  return space_;
}

std::string_view JsonScanner::LongString() {
  const char quote = *next_++;
  const char* const start = next_;
  const char* p = next_;
  // Up to the closing quote, or to the first escape.
#if defined(__SSE2__)
  while (end_ - p >= 16) {
    const unsigned found = MatchingBytes(p, quote, '\\');
    if (found != 0) {
      p += std::countr_zero(found);
      break;
    }
    p += 16;
  }
#endif
  while (p != end_ && *p != quote && *p != '\\') ++p;
  if (p == end_) return {};
  if (*p == quote) [[likely]] {
    next_ = p + 1;
    return {start, static_cast<size_t>(p - start)};
  }

  // From here on the text is copied.
  char* const copy = Space();
  char* to = copy;
  std::memcpy(to, start, static_cast<size_t>(p - start));
  to += p - start;
  next_ = p;
  while (true) {
    if (next_ == end_) return {};
    const char c = *next_;
    if (c == quote) {
      ++next_;
      break;
    }
    if (c == '\\') {
      if (ControlEscape(to)) continue;
      ++next_;
      if (!Escape(to)) return {};
      continue;
    }
#if defined(__SSE2__)
    if (end_ - next_ >= 16) {
      const unsigned found = MatchingBytes(next_, quote, '\\');
      const int n = found == 0 ? 16 : std::countr_zero(found);
      std::memcpy(to, next_, 16);
      to += n;
      next_ += n;
      continue;
    }
#endif
    *to++ = c;
    ++next_;
  }
  space_ = to;
  return {copy, static_cast<size_t>(to - copy)};
}

// \u00XX below \u0080, as the separators in properties are written.
bool JsonScanner::ControlEscape(char*& out) {
  if (end_ - next_ < 6 || std::memcmp(next_, "\\u00", 4) != 0) return false;
  const int high = HexDigit(next_[4]);
  const int low = HexDigit(next_[5]);
  if (high < 0 || high >= 8 || low < 0) return false;
  *out++ = static_cast<char>(high << 4 | low);
  next_ += 6;
  return true;
}

bool JsonScanner::Hex(int digits, unsigned& out) {
  if (end_ - next_ < digits) return false;
  out = 0;
  for (int i = 0; i < digits; ++i) {
    const int digit = HexDigit(next_[i]);
    if (digit < 0) return false;
    out = out << 4 | static_cast<unsigned>(digit);
  }
  next_ += digits;
  return true;
}

bool JsonScanner::Unicode(char*& out) {
  unsigned unit = 0;
  if (!Hex(4, unit)) return false;
  if (unit < 0x80) [[likely]] {
    *out++ = static_cast<char>(unit);
    return true;
  }
  if (unit >= 0xD800 && unit < 0xDC00 && end_ - next_ >= 6 && next_[0] == '\\' && next_[1] == 'u') {
    const char* const back = next_;
    next_ += 2;
    unsigned low = 0;
    if (!Hex(4, low)) return false;
    if (low >= 0xDC00 && low < 0xE000) {
      out = WriteUtf8(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), out);
      return true;
    }
    next_ = back;
  }
  // Half of a pair alone has no UTF-8; Java's encoder writes a question mark.
  out = unit >= 0xD800 && unit < 0xE000 ? WriteUtf8('?', out) : WriteUtf8(unit, out);
  return true;
}

// What follows a backslash.
bool JsonScanner::Escape(char*& out) {
  if (next_ == end_) return false;
  const char c = *next_++;
  switch (c) {
    case 'u':
      return Unicode(out);
    case 'b':
      *out++ = '\b';
      return true;
    case 't':
      *out++ = '\t';
      return true;
    case 'n':
      *out++ = '\n';
      return true;
    case 'v':
      *out++ = '\v';
      return true;
    case 'f':
    case 'F':
      *out++ = '\f';
      return true;
    case 'r':
      *out++ = '\r';
      return true;
    case '"':
    case '\'':
    case '\\':
    case '/':
      *out++ = c;
      return true;
    case 'x': {
      unsigned value = 0;
      if (!Hex(2, value)) return false;
      out = WriteUtf8(value, out);
      return true;
    }
    default:
      if (c < '0' || c > '7') return false;
      *out++ = static_cast<char>(c - '0');
      return true;
  }
}

std::string_view JsonScanner::Bare() {
  Peek();
  const char* const start = next_;
  while (next_ != end_ && !EndsBare(*next_)) ++next_;
  return {start, static_cast<size_t>(next_ - start)};
}

bool JsonScanner::SkipValue(int depth_left) {
  if (depth_left < 0) return false;
  switch (const char c = Peek(); c) {
    case '"':
    case '\'':
      return String().data() != nullptr;
    case '{':
    case '[': {
      const char close = c == '{' ? '}' : ']';
      ++next_;
      while (true) {
        const char inner = Peek();
        if (inner == close) {
          ++next_;
          return true;
        }
        if (inner == ',' || inner == ':') {
          ++next_;
          continue;
        }
        if (inner == '\0' && next_ == end_) return false;
        if (!SkipValue(depth_left - 1)) return false;
      }
    }
    default:
      return !Bare().empty();
  }
}

std::unexpected<Error> JsonScanner::Fail(std::string_view what) const {
  return Malformed("JSON: {} at byte {} of {}", what, at(), end_ - begin_);
}

char* WriteJsonEscaped(std::string_view text, char* out) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end) {
#if defined(__SSE2__)
    if (end - p >= 16) {
      const unsigned found = NotPlain(p);
      const int n = found == 0 ? 16 : std::countr_zero(found);
      // There is room: six bytes are reserved for each of the text.
      std::memcpy(out, p, 16);
      out += n;
      p += n;
      if (found == 0) continue;
    }
#endif
    const auto c = static_cast<unsigned char>(*p);
    if (c < 0x80) {
      if (NeedsEscape(c)) {
        out = EscapeOne(c, out);
      } else {
        *out++ = static_cast<char>(c);
      }
      ++p;
      continue;
    }
    char32_t point = 0;
    const int n = ReadUtf8(p, end, point);
    if (n == 0) {
      *out++ = '?';
      ++p;
      continue;
    }
    for (int i = 0; i < n; ++i) *out++ = *p++;
  }
  return out;
}

char* WriteJsonEscapedAscii(std::string_view text, char* out) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end) {
    const auto c = static_cast<unsigned char>(*p);
    if (c < 0x80) {
      if (NeedsEscape(c)) {
        out = EscapeOne(c, out);
      } else {
        *out++ = static_cast<char>(c);
      }
      ++p;
      continue;
    }
    char32_t point = 0;
    const int n = ReadUtf8(p, end, point);
    if (n == 0) {
      *out++ = '?';
      ++p;
      continue;
    }
    p += n;
    if (point >= 0x10000) {
      const unsigned rest = point - 0x10000;
      out = WriteUnit(0xD800 + (rest >> 10), out);
      out = WriteUnit(0xDC00 + (rest & 0x3FF), out);
    } else {
      out = WriteUnit(point, out);
    }
  }
  return out;
}

}  // namespace pintle::remoting
