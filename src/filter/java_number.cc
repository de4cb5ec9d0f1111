#include "filter/java_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "base/java_text.h"

namespace pintle::filter {
namespace {

// The zeros of the scripts with decimal digits; nine more follow each. Java reads UTF-16 units, so
// digits outside of the basic plane are none to it.
constexpr std::array<char16_t, 37> kZeros = {
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6,
    0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0,
    0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620,
    0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
};

// The text with every digit in ASCII; anything else in it becomes a letter, which is no digit.
std::string WithAsciiDigits(std::string_view utf8) {
  std::string out;
  for (const char16_t unit : DecodeJavaText(utf8)) {
    const auto zero = std::ranges::upper_bound(kZeros, unit);
    const bool digit = zero != kZeros.begin() && unit - *std::prev(zero) < 10;
    if (digit) {
      out.push_back(static_cast<char>('0' + (unit - *std::prev(zero))));
    } else {
      out.push_back(unit < 0x80 ? static_cast<char>(unit) : 'x');
    }
  }
  return out;
}

// A few digits and nothing else, as nearly all numbers are.
std::optional<int64_t> ParsePlain(std::string_view text) {
  constexpr size_t kDigitsMax = 18;  // any of which fit
  if (text.empty() || text.size() > kDigitsMax) return std::nullopt;
  int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<int64_t> ParseInteger(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool IsTypeSuffix(char c) { return c == 'f' || c == 'F' || c == 'd' || c == 'D'; }

// What is left of `text` behind a number of `is_digit` with at most one point; nullopt when it has
// no digit.
template <typename IsDigitOf>
std::optional<std::string_view> SkipDigits(std::string_view text, IsDigitOf is_digit) {
  size_t digits = 0;
  bool point = false;
  size_t at = 0;
  for (; at < text.size(); ++at) {
    if (is_digit(text[at])) {
      ++digits;
    } else if (text[at] == '.' && !point) {
      point = true;
    } else {
      break;
    }
  }
  if (digits == 0) return std::nullopt;
  return text.substr(at);
}

// What is left behind an exponent's sign and digits; nullopt when it has no digit.
std::optional<std::string_view> SkipExponent(std::string_view text) {
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  const auto end = std::ranges::find_if_not(text, IsDigit);
  if (end == text.begin()) return std::nullopt;
  return text.substr(static_cast<size_t>(end - text.begin()));
}

// True when nothing, or only a type suffix, is left.
bool Ends(std::string_view rest) {
  return rest.empty() || (rest.size() == 1 && IsTypeSuffix(rest[0]));
}

// `text` has a number's form. Numbers that are too large or too small become infinite or zero.
double Convert(std::string_view text, std::chars_format format) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, format);
  if (error != std::errc::result_out_of_range) return value;
  const bool hex = format == std::chars_format::hex;
  return std::strtod((std::string(hex ? "0x" : "") + std::string(text)).c_str(), nullptr);
}

std::optional<double> ParseHex(std::string_view text) {
  const auto digits_end = SkipDigits(text, IsHexDigit);
  if (!digits_end || digits_end->empty() || (digits_end->front() | 0x20) != 'p')
    return std::nullopt;
  const auto rest = SkipExponent(digits_end->substr(1));
  if (!rest || !Ends(*rest)) return std::nullopt;
  return Convert(text.substr(0, text.size() - rest->size()), std::chars_format::hex);
}

std::optional<double> ParseDecimal(std::string_view text) {
  auto rest = SkipDigits(text, IsDigit);
  if (!rest) return std::nullopt;
  if (!rest->empty() && (rest->front() | 0x20) == 'e') {
    rest = SkipExponent(rest->substr(1));
    if (!rest) return std::nullopt;
  }
  if (!Ends(*rest)) return std::nullopt;
  return Convert(text.substr(0, text.size() - rest->size()), std::chars_format::general);
}

}  // namespace

std::optional<int64_t> ParseJavaLong(std::string_view utf8) {
  if (const auto plain = ParsePlain(utf8)) return plain;
  const bool ascii = std::ranges::all_of(utf8, [](char c) { return (c & 0x80) == 0; });
  return ascii ? ParseInteger(utf8) : ParseInteger(WithAsciiDigits(utf8));
}

std::optional<int64_t> ParseJavaInt(std::string_view utf8) {
  const auto value = ParseJavaLong(utf8);
  const bool fits = value && *value >= std::numeric_limits<int32_t>::min() &&
                    *value <= std::numeric_limits<int32_t>::max();
  return fits ? value : std::nullopt;
}

std::optional<double> ParseJavaDouble(std::string_view text) {
  while (!text.empty() && static_cast<uint8_t>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<uint8_t>(text.back()) <= ' ') text.remove_suffix(1);
  if (text.empty()) return std::nullopt;
  const bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  std::optional<double> value;
  if (text == "NaN") {
    value = std::numeric_limits<double>::quiet_NaN();
  } else if (text == "Infinity") {
    value = std::numeric_limits<double>::infinity();
  } else if (text.starts_with("0x") || text.starts_with("0X")) {
    value = ParseHex(text.substr(2));
  } else {
    value = ParseDecimal(text);
  }
  if (value && negative) return -*value;
  return value;
}

bool ParseJavaBoolean(std::string_view text) {
  constexpr std::string_view kTrue = "true";
  return std::ranges::equal(text, kTrue, {}, [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  });
}

int CompareJavaDoubles(double a, double b) {
  if (a < b) return -1;
  if (a > b) return 1;
  if (std::isnan(a) || std::isnan(b)) return static_cast<int>(std::isnan(a)) - std::isnan(b);
  return static_cast<int>(std::signbit(b)) - std::signbit(a);
}

}  // namespace pintle::filter
