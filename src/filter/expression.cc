#include "filter/expression.h"

#include <algorithm>

#include "filter/comparison.h"
#include "filter/java_number.h"

namespace pintle::filter {
namespace {

bool Holds(NodeKind kind, Ordering order) {
  switch (kind) {
    case NodeKind::kEqual:
      return order == Ordering::kSame;
    case NodeKind::kGreater:
      return order == Ordering::kGreater;
    case NodeKind::kGreaterEqual:
      return order != Ordering::kLess;
    case NodeKind::kLess:
      return order == Ordering::kLess;
    case NodeKind::kLessEqual:
      return order != Ordering::kGreater;
    case NodeKind::kConstant:
    case NodeKind::kProperty:
    case NodeKind::kNegate:
    case NodeKind::kNot:
    case NodeKind::kCast:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kBetween:
    case NodeKind::kIn:
    case NodeKind::kContains:
    case NodeKind::kStartsWith:
    case NodeKind::kEndsWith:
      break;
  }
  return false;
}

// Two texts have an order only as numbers.
Value Ordered(NodeKind kind, const Value& left, const Value& right) {
  if (left.failed() || left.is_null()) return left;
  if (right.failed() || right.is_null()) return right;
  Ordering order = Ordering::kFailed;
  if (left.type == ValueType::kString && right.type == ValueType::kString) {
    const auto left_number = ParseJavaDouble(left.text);
    const auto right_number = ParseJavaDouble(right.text);
    if (left_number && right_number)
      order = CompareValues(Value::Of(*left_number), Value::Of(*right_number));
  } else {
    order = CompareValues(left, right);
  }
  if (order == Ordering::kFailed) return Value::Failed();
  return Value::Of(Holds(kind, order));
}

bool Finds(NodeKind kind, std::string_view text, std::string_view search) {
  if (kind == NodeKind::kStartsWith) return text.starts_with(search);
  if (kind == NodeKind::kEndsWith) return text.ends_with(search);
  return text.find(search) != std::string_view::npos;
}

}  // namespace

Value Expression::At(NodeId id, PropertyValues properties) const {
  const Node& node = nodes_[id];
  switch (node.kind) {
    case NodeKind::kConstant:
      if (node.constant.type == ValueType::kString)
        return Value::Of(std::string_view(node.texts.front()));
      return node.constant;
    case NodeKind::kProperty: {
      const std::string_view value = properties[node.property];
      return value.data() == nullptr ? Value::Null() : Value::Of(value);
    }
    case NodeKind::kNegate:
      return Negate(node, properties);
    case NodeKind::kNot:
      return Not(node, properties);
    case NodeKind::kCast:
      return Cast(node, properties);
    case NodeKind::kAnd:
      return Chain(node, false, properties);
    case NodeKind::kOr:
      return Chain(node, true, properties);
    case NodeKind::kEqual:
      return Equal(node, properties);
    case NodeKind::kGreater:
    case NodeKind::kGreaterEqual:
    case NodeKind::kLess:
    case NodeKind::kLessEqual:
      return Order(node, properties);
    case NodeKind::kBetween:
      return Between(node, properties);
    case NodeKind::kIn:
      return In(node, properties);
    case NodeKind::kContains:
    case NodeKind::kStartsWith:
    case NodeKind::kEndsWith:
      return Search(node, properties);
  }
  return Value::Failed();
}

Value Expression::Negate(const Node& node, PropertyValues properties) const {
  const Value value = At(node.operands[0], properties);
  if (value.failed()) return value;
  // Whole numbers of either type wrap where they end, and only literals reach here: below the end.
  if (value.type == ValueType::kInt) return Value::Int(-value.integer);
  if (value.type == ValueType::kLong) return Value::Long(-value.integer);
  if (value.type == ValueType::kDouble) return Value::Of(-value.floating);
  return Value::Null();
}

Value Expression::Not(const Node& node, PropertyValues properties) const {
  const Value value = At(node.operands[0], properties);
  if (value.type != ValueType::kBoolean) return value;
  return Value::Of(!value.is_true());
}

Value Expression::Cast(const Node& node, PropertyValues properties) const {
  const Value value = At(node.operands[0], properties);
  if (value.is_null() || value.failed()) return value;
  return Value::Of(value.is_true());
}

Value Expression::Chain(const Node& node, bool decisive, PropertyValues properties) const {
  bool unknown = false;
  for (const NodeId operand : node.operands) {
    const Value value = At(operand, properties);
    if (value.failed()) return value;
    if (value.is_null()) {
      unknown = true;
    } else if (value.is_true() == decisive) {
      return value;
    }
  }
  return unknown ? Value::Null() : Value::Of(!decisive);
}

Value Expression::Equal(const Node& node, PropertyValues properties) const {
  const Value left = At(node.operands[0], properties);
  if (left.failed()) return left;
  const Value right = At(node.operands[1], properties);
  if (right.failed()) return right;
  if (left.is_null()) return right.is_null() ? Value::Of(true) : Value::Null();
  if (right.is_null()) return Value::Of(false);
  const Ordering order = CompareValues(left, right);
  if (order == Ordering::kFailed) return Value::Failed();
  return Value::Of(order == Ordering::kSame);
}

Value Expression::Order(const Node& node, PropertyValues properties) const {
  const Value left = At(node.operands[0], properties);
  // A null on the left decides: what is on the right is not even looked at.
  if (left.failed() || left.is_null()) return left;
  return Ordered(node.kind, left, At(node.operands[1], properties));
}

// `x >= low AND x <= high`, or `x < low OR x > high`, with one look at x.
Value Expression::Between(const Node& node, PropertyValues properties) const {
  const Value value = At(node.operands[0], properties);
  if (value.failed() || value.is_null()) return value;
  const bool decisive = node.negated;
  const Value low = Ordered(node.negated ? NodeKind::kLess : NodeKind::kGreaterEqual, value,
                            At(node.operands[1], properties));
  if (low.failed()) return low;
  if (!low.is_null() && low.is_true() == decisive) return low;
  const Value high = Ordered(node.negated ? NodeKind::kGreater : NodeKind::kLessEqual, value,
                             At(node.operands[2], properties));
  if (high.failed()) return high;
  if (!high.is_null() && high.is_true() == decisive) return high;
  return low.is_null() || high.is_null() ? Value::Null() : Value::Of(!decisive);
}

Value Expression::In(const Node& node, PropertyValues properties) const {
  const Value value = At(node.operands[0], properties);
  if (value.type != ValueType::kString) return value.failed() ? value : Value::Null();
  return Value::Of((std::ranges::find(node.texts, value.text) != node.texts.end()) != node.negated);
}

// Whether negated or not, a search for nothing and one in nothing find nothing.
Value Expression::Search(const Node& node, PropertyValues properties) const {
  const std::string& search = node.texts.front();
  if (search.empty()) return Value::Of(false);
  const Value value = At(node.operands[0], properties);
  if (value.failed()) return value;
  if (value.type != ValueType::kString) return Value::Of(false);
  return Value::Of(Finds(node.kind, value.text, search) != node.negated);
}

}  // namespace pintle::filter
