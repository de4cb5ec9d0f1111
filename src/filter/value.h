// What a part of an expression evaluates to.
#pragma once

#include <cstdint>
#include <string_view>

namespace pintle::filter {

// The types are Java's, because comparisons convert between them by its rules.
enum class ValueType : uint8_t {
  kNull,
  kBoolean,
  kInt,
  kLong,
  kDouble,
  kString,
  kFailed,  // no value: text that is no number was compared with one
};

// What a condition evaluates to.
enum class Verdict : uint8_t {
  kFalse,
  kTrue,
  kUnknown,  // null: a property is not there
  kFailed,   // text that is no number was compared with one
};

inline Verdict VerdictOf(bool value) { return value ? Verdict::kTrue : Verdict::kFalse; }

struct Value {
  ValueType type = ValueType::kNull;
  int64_t integer = 0;    // kBoolean (0 or 1), kInt, kLong
  double floating = 0;    // kDouble
  std::string_view text;  // kString; borrowed from the expression or from the message

  static Value Null() { return {}; }
  static Value Failed() { return {ValueType::kFailed, 0, 0, {}}; }
  static Value Of(bool value) { return {ValueType::kBoolean, value ? 1 : 0, 0, {}}; }
  static Value Int(int64_t value) { return {ValueType::kInt, value, 0, {}}; }
  static Value Long(int64_t value) { return {ValueType::kLong, value, 0, {}}; }
  static Value Of(double value) { return {ValueType::kDouble, 0, value, {}}; }
  static Value Of(std::string_view value) { return {ValueType::kString, 0, 0, value}; }

  bool is_null() const { return type == ValueType::kNull; }
  bool failed() const { return type == ValueType::kFailed; }
  bool is_true() const { return type == ValueType::kBoolean && integer != 0; }
  bool is_number() const {
    return type == ValueType::kInt || type == ValueType::kLong || type == ValueType::kDouble;
  }
};

}  // namespace pintle::filter
