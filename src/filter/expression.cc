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

Verdict VerdictOf(const Value& value) {
  if (value.failed()) return Verdict::kFailed;
  return value.is_null() ? Verdict::kUnknown : filter::VerdictOf(value.is_true());
}

Value ToValue(Verdict verdict) {
  if (verdict == Verdict::kFailed) return Value::Failed();
  return verdict == Verdict::kUnknown ? Value::Null() : Value::Of(verdict == Verdict::kTrue);
}

bool HasOrder(const Value& value) { return !value.failed() && !value.is_null(); }

// Two texts have an order only as numbers.
Verdict Ordered(NodeKind kind, const Value& left, const Value& right) {
  if (!HasOrder(left)) return VerdictOf(left);
  if (!HasOrder(right)) return VerdictOf(right);
  Ordering order = Ordering::kFailed;
  if (left.type == ValueType::kString && right.type == ValueType::kString) {
    const auto left_number = ParseJavaDouble(left.text);
    const auto right_number = ParseJavaDouble(right.text);
    if (left_number && right_number)
      order = CompareValues(Value::Of(*left_number), Value::Of(*right_number));
  } else {
    order = CompareValues(left, right);
  }
  if (order == Ordering::kFailed) return Verdict::kFailed;
  return filter::VerdictOf(Holds(kind, order));
}

bool Finds(NodeKind kind, std::string_view text, std::string_view search) {
  if (kind == NodeKind::kStartsWith) return text.starts_with(search);
  if (kind == NodeKind::kEndsWith) return text.ends_with(search);
  return text.find(search) != std::string_view::npos;
}

}  // namespace

Verdict Expression::Judge(NodeId id, PropertyValues properties) const {
  const Node& node = nodes_[id];
  switch (node.kind) {
    case NodeKind::kConstant:
    case NodeKind::kProperty:
    case NodeKind::kNegate:
      return VerdictOf(ValueOf(id, properties));
    case NodeKind::kNot:
      return Not(node, properties);
    case NodeKind::kCast:
      return Cast(node, properties);
    case NodeKind::kAnd:
      return Chain(node, Verdict::kFalse, properties);
    case NodeKind::kOr:
      return Chain(node, Verdict::kTrue, properties);
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
  return Verdict::kFailed;
}

Value Expression::ValueOf(NodeId id, PropertyValues properties) const {
  const Node& node = nodes_[id];
  if (node.kind == NodeKind::kProperty) {
    const std::string_view value = properties[node.property];
    return value.data() == nullptr ? Value::Null() : Value::Of(value);
  }
  if (node.kind == NodeKind::kConstant) {
    if (node.constant.type == ValueType::kString)
      return Value::Of(std::string_view(node.texts.front()));
    return node.constant;
  }
  return node.kind == NodeKind::kNegate ? Negate(node, properties) : ToValue(Judge(id, properties));
}

Value Expression::Negate(const Node& node, PropertyValues properties) const {
  const Value value = ValueOf(node.operands[0], properties);
  if (value.failed()) return value;
  // Whole numbers of either type wrap where they end, and only literals reach here: below the end.
  if (value.type == ValueType::kInt) return Value::Int(-value.integer);
  if (value.type == ValueType::kLong) return Value::Long(-value.integer);
  if (value.type == ValueType::kDouble) return Value::Of(-value.floating);
  return Value::Null();
}

Verdict Expression::Not(const Node& node, PropertyValues properties) const {
  const Verdict verdict = Judge(node.operands[0], properties);
  if (verdict == Verdict::kTrue) return Verdict::kFalse;
  return verdict == Verdict::kFalse ? Verdict::kTrue : verdict;
}

Verdict Expression::Cast(const Node& node, PropertyValues properties) const {
  return VerdictOf(ValueOf(node.operands[0], properties));
}

Verdict Expression::Chain(const Node& node, Verdict decisive, PropertyValues properties) const {
  bool unknown = false;
  for (const NodeId operand : node.operands) {
    const Verdict verdict = Judge(operand, properties);
    if (verdict == decisive || verdict == Verdict::kFailed) return verdict;
    unknown |= verdict == Verdict::kUnknown;
  }
  return unknown ? Verdict::kUnknown : filter::VerdictOf(decisive == Verdict::kFalse);
}

Verdict Expression::Equal(const Node& node, PropertyValues properties) const {
  const Value left = ValueOf(node.operands[0], properties);
  if (left.failed()) return Verdict::kFailed;
  const Value right = ValueOf(node.operands[1], properties);
  if (right.failed()) return Verdict::kFailed;
  if (left.is_null()) return right.is_null() ? Verdict::kTrue : Verdict::kUnknown;
  if (right.is_null()) return Verdict::kFalse;
  const Ordering order = CompareValues(left, right);
  if (order == Ordering::kFailed) return Verdict::kFailed;
  return filter::VerdictOf(order == Ordering::kSame);
}

Verdict Expression::Order(const Node& node, PropertyValues properties) const {
  const Value left = ValueOf(node.operands[0], properties);
  // A null on the left decides: what is on the right is not even looked at.
  if (!HasOrder(left)) return VerdictOf(left);
  return Ordered(node.kind, left, ValueOf(node.operands[1], properties));
}

// `x >= low AND x <= high`, or `x < low OR x > high`, with one look at x.
Verdict Expression::Between(const Node& node, PropertyValues properties) const {
  const Value value = ValueOf(node.operands[0], properties);
  if (!HasOrder(value)) return VerdictOf(value);
  const Verdict decisive = filter::VerdictOf(node.negated);
  const Value first = ValueOf(node.operands[1], properties);
  const Value brought = BroughtTo(first.type, value);
  const Verdict low =
      Ordered(node.negated ? NodeKind::kLess : NodeKind::kGreaterEqual, brought, first);
  if (low == decisive || low == Verdict::kFailed) return low;
  const Value last = ValueOf(node.operands[2], properties);
  const Verdict high = Ordered(node.negated ? NodeKind::kGreater : NodeKind::kLessEqual,
                               last.type == first.type ? brought : value, last);
  if (high == decisive || high == Verdict::kFailed) return high;
  const bool unknown = low == Verdict::kUnknown || high == Verdict::kUnknown;
  return unknown ? Verdict::kUnknown : filter::VerdictOf(!node.negated);
}

Verdict Expression::In(const Node& node, PropertyValues properties) const {
  const Value value = ValueOf(node.operands[0], properties);
  if (value.failed()) return Verdict::kFailed;
  if (value.type != ValueType::kString) return Verdict::kUnknown;
  const bool listed = std::ranges::find(node.texts, value.text) != node.texts.end();
  return filter::VerdictOf(listed != node.negated);
}

// Whether negated or not, a search for nothing and one in nothing find nothing.
Verdict Expression::Search(const Node& node, PropertyValues properties) const {
  const std::string& search = node.texts.front();
  if (search.empty()) return Verdict::kFalse;
  const Value value = ValueOf(node.operands[0], properties);
  if (value.failed()) return Verdict::kFailed;
  if (value.type != ValueType::kString) return Verdict::kFalse;
  return filter::VerdictOf(Finds(node.kind, value.text, search) != node.negated);
}

}  // namespace pintle::filter
