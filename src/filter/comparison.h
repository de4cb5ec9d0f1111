// How two values compare, as Java's ComparisonExpression has it.
#pragma once

#include "filter/value.h"

namespace pintle::filter {

enum class Ordering : int8_t {
  kLess = -1,
  kSame = 0,
  kGreater = 1,
  kFailed = 2,  // text that had to be a number is none
};

// A text as `type`, for several comparisons with values of it; kFailed where the text is none.
// Anything else, and text as text, as it is.
Value BroughtTo(ValueType type, const Value& value);

// Neither is null nor failed. Values of different types are brought to one: whole numbers to the
// longer type, or to floating, text to the type of the other. What cannot be brought together is
// kLess, whichever side it is on.
Ordering CompareValues(const Value& left, const Value& right);

}  // namespace pintle::filter
