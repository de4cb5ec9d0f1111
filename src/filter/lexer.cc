#include "filter/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace pintle::filter {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool StartsIdentifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

size_t CountDigits(std::string_view text, size_t from) {
  size_t end = from;
  while (end < text.size() && IsDigit(text[end])) ++end;
  return end - from;
}

constexpr std::array<std::pair<std::string_view, TokenKind>, 12> kWords = {{
    {"not", TokenKind::kNot},
    {"and", TokenKind::kAnd},
    {"or", TokenKind::kOr},
    {"between", TokenKind::kBetween},
    {"in", TokenKind::kIn},
    {"true", TokenKind::kTrue},
    {"false", TokenKind::kFalse},
    {"null", TokenKind::kNull},
    {"is", TokenKind::kIs},
    {"contains", TokenKind::kContains},
    {"startswith", TokenKind::kStartsWith},
    {"endswith", TokenKind::kEndsWith},
}};

TokenKind KindOfWord(std::string_view word) {
  for (const auto& [name, kind] : kWords) {
    if (std::ranges::equal(word, name, {}, ToLower)) return kind;
  }
  return TokenKind::kIdentifier;
}

// Bytes of "e+12" at the front of `text`; 0 when it is none.
size_t ExponentSize(std::string_view text) {
  if (text.empty() || ToLower(text[0]) != 'e') return 0;
  const size_t sign = text.size() > 1 && (text[1] == '+' || text[1] == '-') ? 1 : 0;
  const size_t digits = CountDigits(text, 1 + sign);
  return digits == 0 ? 0 : 1 + sign + digits;
}

// Bytes of a number with a point or an exponent at the front of `text`; 0 when there is none.
size_t FloatingSize(std::string_view text) {
  const size_t whole = CountDigits(text, 0);
  size_t size = whole;
  if (size < text.size() && text[size] == '.') {
    const size_t fraction = CountDigits(text, size + 1);
    if (whole == 0 && fraction == 0) return 0;
    size += 1 + fraction;
    return size + ExponentSize(text.substr(size));
  }
  const size_t exponent = whole == 0 ? 0 : ExponentSize(text.substr(size));
  return exponent == 0 ? 0 : size + exponent;
}

// A leading zero is a number of its own.
size_t IntegerSize(std::string_view text) {
  if (text[0] == '0') return 1;
  const size_t digits = CountDigits(text, 0);
  return digits < text.size() && ToLower(text[digits]) == 'l' ? digits + 1 : digits;
}

// Bytes of a string at the front of `text`, which is a quote. A doubled quote belongs to the string
// as long as the string ends after it; else its first half is the end. 0 when there is no end.
size_t StringSize(std::string_view text) {
  size_t best = 0;
  for (size_t at = text.find('\'', 1); at != std::string_view::npos; at = text.find('\'', at)) {
    best = at + 1;
    if (best >= text.size() || text[best] != '\'') break;
    at += 2;
  }
  return best;
}

// Bytes of a comment at the front of `text`; 0 when there is none, or when it does not end.
size_t CommentSize(std::string_view text) {
  if (text.starts_with("--")) {
    const size_t end = text.find_first_of("\r\n");
    if (end == std::string_view::npos) return 0;
    return text.substr(end).starts_with("\r\n") ? end + 2 : end + 1;
  }
  if (!text.starts_with("/*")) return 0;
  const size_t end = text.find("*/", 2);
  return end == std::string_view::npos ? 0 : end + 2;
}

std::optional<TokenKind> KindOfSign(char c) {
  switch (c) {
    case '=':
      return TokenKind::kEqual;
    case '>':
      return TokenKind::kGreater;
    case '<':
      return TokenKind::kLess;
    case '(':
      return TokenKind::kOpen;
    case ')':
      return TokenKind::kClose;
    case ',':
      return TokenKind::kComma;
    case '+':
      return TokenKind::kPlus;
    case '-':
      return TokenKind::kMinus;
    default:
      return std::nullopt;
  }
}

}  // namespace

void Lexer::SkipBlanks() {
  constexpr std::string_view kBlanks = " \t\n\r\f";
  for (;;) {
    at_ = std::min(text_.find_first_not_of(kBlanks, at_), text_.size());
    const size_t comment = CommentSize(text_.substr(at_));
    if (comment == 0) return;
    at_ += comment;
  }
}

Token Lexer::Take(TokenKind kind, size_t size) {
  const Token token{kind, at_, text_.substr(at_, size)};
  at_ += size;
  return token;
}

Token Lexer::Next() {
  SkipBlanks();
  const std::string_view rest = text_.substr(at_);
  if (rest.empty()) return {TokenKind::kEnd, at_, rest};
  if (StartsIdentifier(rest[0])) {
    const auto end =
        std::ranges::find_if_not(rest, [](char c) { return StartsIdentifier(c) || IsDigit(c); });
    const auto size = static_cast<size_t>(end - rest.begin());
    return Take(KindOfWord(rest.substr(0, size)), size);
  }
  if (IsDigit(rest[0]) || rest[0] == '.') {
    if (const size_t size = FloatingSize(rest); size > 0) return Take(TokenKind::kFloating, size);
    if (rest[0] != '.') return Take(TokenKind::kInteger, IntegerSize(rest));
  }
  if (rest[0] == '\'') {
    if (const size_t size = StringSize(rest); size > 0) return Take(TokenKind::kString, size);
  }
  if (rest.starts_with("<>")) return Take(TokenKind::kNotEqual, 2);
  if (rest.starts_with(">=")) return Take(TokenKind::kGreaterEqual, 2);
  if (rest.starts_with("<=")) return Take(TokenKind::kLessEqual, 2);
  if (const auto sign = KindOfSign(rest[0])) return Take(*sign, 1);
  return {TokenKind::kInvalid, at_, rest.substr(0, 1)};
}

std::string UnquoteString(std::string_view token) {
  std::string out;
  out.reserve(token.size());
  for (size_t i = 1; i + 1 < token.size(); ++i) {
    out.push_back(token[i]);
    if (token[i] == '\'') ++i;
  }
  return out;
}

std::string PlaceOf(std::string_view expression, size_t at) {
  const std::string_view before = expression.substr(0, at);
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::string_view in_line = before.substr(before.rfind('\n') + 1);
  const auto characters = std::ranges::count_if(
      in_line, [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; });
  return fmt::format("line {}, column {}", line, characters + 1);
}

}  // namespace pintle::filter
