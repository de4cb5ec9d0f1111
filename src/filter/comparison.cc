#include "filter/comparison.h"

#include "filter/java_number.h"

namespace pintle::filter {
namespace {

template <typename T>
Ordering OrderOf(const T& left, const T& right) {
  if (left == right) return Ordering::kSame;
  return left < right ? Ordering::kLess : Ordering::kGreater;
}

Ordering OrderOfDoubles(double left, double right) {
  return static_cast<Ordering>(CompareJavaDoubles(left, right));
}

// `text` as a value of `type`; kFailed when it is none.
Value Convert(std::string_view text, ValueType type) {
  switch (type) {
    case ValueType::kInt:
      if (const auto value = ParseJavaInt(text)) return Value::Int(*value);
      break;
    case ValueType::kLong:
      if (const auto value = ParseJavaLong(text)) return Value::Long(*value);
      break;
    case ValueType::kDouble:
      if (const auto value = ParseJavaDouble(text)) return Value::Of(*value);
      break;
    case ValueType::kBoolean:
      return Value::Of(ParseJavaBoolean(text));
    case ValueType::kString:
    case ValueType::kNull:
    case ValueType::kFailed:
      break;
  }
  return Value::Failed();
}

// Both of the same type, or both numbers.
Ordering CompareAlike(const Value& left, const Value& right) {
  if (left.type == ValueType::kString) return OrderOf(left.text, right.text);
  const bool left_floats = left.type == ValueType::kDouble;
  const bool right_floats = right.type == ValueType::kDouble;
  if (!left_floats && !right_floats) return OrderOf(left.integer, right.integer);
  return OrderOfDoubles(left_floats ? left.floating : static_cast<double>(left.integer),
                        right_floats ? right.floating : static_cast<double>(right.integer));
}

}  // namespace

Value BroughtTo(ValueType type, const Value& value) {
  const bool as_it_is = value.type != ValueType::kString || type == ValueType::kString;
  return as_it_is || type == ValueType::kNull ? value : Convert(value.text, type);
}

Ordering CompareValues(const Value& left, const Value& right) {
  const bool alike = left.type == right.type || (left.is_number() && right.is_number());
  if (alike) return CompareAlike(left, right);
  if (left.type == ValueType::kString) {
    const Value converted = Convert(left.text, right.type);
    return converted.failed() ? Ordering::kFailed : CompareAlike(converted, right);
  }
  // With the boolean on the left Java casts the wrong side, and that evaluation throws.
  if (right.type == ValueType::kString && left.type == ValueType::kBoolean)
    return Ordering::kFailed;
  if (right.type == ValueType::kString) {
    const Value converted = Convert(right.text, left.type);
    return converted.failed() ? Ordering::kFailed : CompareAlike(left, converted);
  }
  return Ordering::kLess;
}

}  // namespace pintle::filter
