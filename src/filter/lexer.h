// The tokens of a SQL92 expression.
//
// As in RocketMQ's grammar the longest token wins, and tokens are made only when they are asked
// for: what stands behind the end of an expression is never looked at, however odd it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pintle::filter {

enum class TokenKind : uint8_t {
  kEnd,
  kInvalid,  // a character that starts no token
  kIdentifier,
  kInteger,
  kFloating,
  kString,
  kNot,
  kAnd,
  kOr,
  kBetween,
  kIn,
  kTrue,
  kFalse,
  kNull,
  kIs,
  kContains,
  kStartsWith,
  kEndsWith,
  kEqual,
  kNotEqual,
  kGreater,
  kGreaterEqual,
  kLess,
  kLessEqual,
  kOpen,
  kClose,
  kComma,
  kPlus,
  kMinus,
};

// `text` borrows from the expression; a string's has its quotes around it.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  size_t at = 0;  // bytes in front of it
  std::string_view text;
};

// Threads: one.
class Lexer {
 public:
  // `expression` is borrowed.
  explicit Lexer(std::string_view expression) : text_(expression) {}

  // kEnd and kInvalid are given again and again.
  Token Next();

 private:
  void SkipBlanks();
  Token Take(TokenKind kind, size_t size);

  const std::string_view text_;
  size_t at_ = 0;
};

// The characters of a string token, without its quotes and with doubled quotes as one.
std::string UnquoteString(std::string_view token);

// "line 1, column 5" of the byte at `at`, counted in characters from 1.
std::string PlaceOf(std::string_view expression, size_t at);

}  // namespace pintle::filter
