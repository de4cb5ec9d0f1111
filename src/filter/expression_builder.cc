#include "filter/expression_builder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "filter/comparison.h"
#include "filter/java_number.h"

namespace pintle::filter {
namespace {

std::string Show(const Node& node) {
  const Value& value = node.constant;
  switch (value.type) {
    case ValueType::kNull:
      return "NULL";
    case ValueType::kBoolean:
      return value.is_true() ? "TRUE" : "FALSE";
    case ValueType::kInt:
    case ValueType::kLong:
      return std::to_string(value.integer);
    case ValueType::kDouble:
      return fmt::format("{}", value.floating);
    case ValueType::kString:
    case ValueType::kFailed:
      break;
  }
  return fmt::format("'{}'", node.texts.empty() ? "" : node.texts.front());
}

}  // namespace

ExpressionBuilder::Made ExpressionBuilder::Add(Node node) {
  int depth = 0;
  for (const NodeId operand : node.operands)
    depth = std::max<int>(depth, out_.nodes_[operand].depth);
  if (++depth > kDepthMax)
    return Fail(ErrorCode::kInvalidArgument, "it is nested deeper than {} levels", kDepthMax);
  node.depth = static_cast<uint16_t>(depth);
  out_.nodes_.push_back(std::move(node));
  return static_cast<NodeId>(out_.nodes_.size() - 1);
}

ExpressionBuilder::Made ExpressionBuilder::Constant(Value value) {
  Node node;
  node.constant = value;
  return Add(std::move(node));
}

ExpressionBuilder::Made ExpressionBuilder::Integer(std::string_view text) {
  std::string_view digits = text;
  if (digits.ends_with('l') || digits.ends_with('L')) digits.remove_suffix(1);
  const auto value = ParseJavaLong(digits);
  if (!value) {
    return Fail(ErrorCode::kInvalidArgument, "{} is greater than {}", text,
                std::numeric_limits<int64_t>::max());
  }
  const bool is_int = *value <= std::numeric_limits<int32_t>::max();
  return Constant(is_int ? Value::Int(*value) : Value::Long(*value));
}

ExpressionBuilder::Made ExpressionBuilder::Floating(std::string_view text) {
  const double value = ParseJavaDouble(text).value_or(0);
  if (std::isinf(value)) {
    return Fail(ErrorCode::kInvalidArgument, "{} is greater than {}", text,
                std::numeric_limits<double>::max());
  }
  // A zero with a point is refused too, as in Java.
  if (value < std::numeric_limits<double>::denorm_min()) {
    return Fail(ErrorCode::kInvalidArgument, "{} is less than {}", text,
                std::numeric_limits<double>::denorm_min());
  }
  return Constant(Value::Of(value));
}

ExpressionBuilder::Made ExpressionBuilder::Text(std::string text) {
  Node node;
  node.constant.type = ValueType::kString;
  node.texts.push_back(std::move(text));
  return Add(std::move(node));
}

ExpressionBuilder::Made ExpressionBuilder::Property(std::string_view name) {
  const auto next = static_cast<uint32_t>(out_.property_names_.size());
  const auto [known, added] = properties_.try_emplace(std::string(name), next);
  if (added) out_.property_names_.emplace_back(name);
  Node node;
  node.kind = NodeKind::kProperty;
  node.property = known->second;
  return Add(std::move(node));
}

bool ExpressionBuilder::IsBoolean(const Node& node) const {
  switch (node.kind) {
    case NodeKind::kProperty:
    case NodeKind::kNegate:
      return false;
    case NodeKind::kConstant:
      return node.constant.type == ValueType::kBoolean || node.constant.is_null();
    case NodeKind::kNot:
    case NodeKind::kCast:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kEqual:
    case NodeKind::kGreater:
    case NodeKind::kGreaterEqual:
    case NodeKind::kLess:
    case NodeKind::kLessEqual:
    case NodeKind::kBetween:
    case NodeKind::kIn:
    case NodeKind::kContains:
    case NodeKind::kStartsWith:
    case NodeKind::kEndsWith:
      break;
  }
  return true;
}

ExpressionBuilder::Made ExpressionBuilder::AsBoolean(NodeId id) {
  const Node& node = out_.nodes_[id];
  if (IsBoolean(node)) return id;
  if (node.kind == NodeKind::kProperty) {
    Node cast;
    cast.kind = NodeKind::kCast;
    cast.operands = {id};
    return Add(std::move(cast));
  }
  if (node.kind == NodeKind::kConstant)
    return Fail(ErrorCode::kInvalidArgument, "{} is neither true nor false", Show(node));
  return Fail(ErrorCode::kInvalidArgument, "a number is neither true nor false");
}

Status ExpressionBuilder::CheckOrdered(NodeId id) const {
  const Node& node = out_.nodes_[id];
  if (node.kind == NodeKind::kConstant && !node.constant.is_number()) {
    return Fail(ErrorCode::kInvalidArgument,
                "{} has no order: only numbers and properties are compared with <, <=, >, >= and "
                "BETWEEN",
                Show(node));
  }
  if (IsBoolean(node)) {
    return Fail(ErrorCode::kInvalidArgument,
                "a condition has no order: only numbers and properties are compared with <, <=, >, "
                ">= and BETWEEN");
  }
  return {};
}

Status ExpressionBuilder::CheckEqual(NodeId left, NodeId right) const {
  const Node& a = out_.nodes_[left];
  const Node& b = out_.nodes_[right];
  for (const Node* node : {&a, &b}) {
    if (node->kind == NodeKind::kConstant && node->constant.is_null())
      return Fail(ErrorCode::kInvalidArgument, "NULL equals nothing: say IS NULL or IS NOT NULL");
  }
  const bool constants = a.kind == NodeKind::kConstant && b.kind == NodeKind::kConstant;
  if (constants && IsBoolean(a) && !IsBoolean(b)) {
    return Fail(ErrorCode::kInvalidArgument, "{} cannot be compared with {}", Show(a), Show(b));
  }
  return {};
}

ExpressionBuilder::Made ExpressionBuilder::Negate(NodeId operand) {
  Node node;
  node.kind = NodeKind::kNegate;
  node.operands = {operand};
  return Add(std::move(node));
}

ExpressionBuilder::Made ExpressionBuilder::Not(NodeId operand) {
  PINTLE_ASSIGN(const NodeId condition, AsBoolean(operand));
  Node node;
  node.kind = NodeKind::kNot;
  node.operands = {condition};
  return Add(std::move(node));
}

ExpressionBuilder::Made ExpressionBuilder::Join(NodeKind operator_kind, NodeId left, NodeId right) {
  PINTLE_ASSIGN(const NodeId first, AsBoolean(left));
  PINTLE_ASSIGN(const NodeId second, AsBoolean(right));
  // A chain of one operator is one node, however long it is: nothing else holds its first part.
  if (Node& chain = out_.nodes_[first]; chain.kind == operator_kind) {
    chain.operands.push_back(second);
    chain.depth = std::max<uint16_t>(chain.depth, out_.nodes_[second].depth + 1);
    return first;
  }
  Node node;
  node.kind = operator_kind;
  node.operands = {first, second};
  return Add(std::move(node));
}

ExpressionBuilder::Made ExpressionBuilder::Compare(NodeKind operator_kind, NodeId left,
                                                   NodeId right) {
  if (operator_kind == NodeKind::kEqual) {
    PINTLE_TRY(CheckEqual(left, right));
  } else {
    PINTLE_TRY(CheckOrdered(left));
    PINTLE_TRY(CheckOrdered(right));
  }
  Node node;
  node.kind = operator_kind;
  node.operands = {left, right};
  return Add(std::move(node));
}

ExpressionBuilder::Made ExpressionBuilder::IsNull(NodeId operand) {
  PINTLE_ASSIGN(const NodeId null, Constant(Value::Null()));
  Node node;
  node.kind = NodeKind::kEqual;
  node.operands = {operand, null};
  return Add(std::move(node));
}

ExpressionBuilder::Made ExpressionBuilder::Between(NodeId operand, NodeId low, NodeId high,
                                                   bool negated) {
  for (const NodeId id : {operand, low, high}) PINTLE_TRY(CheckOrdered(id));
  const Node& first = out_.nodes_[low];
  const Node& last = out_.nodes_[high];
  const bool constants = first.kind == NodeKind::kConstant && last.kind == NodeKind::kConstant;
  if (!negated && constants && CompareValues(last.constant, first.constant) == Ordering::kLess) {
    return Fail(ErrorCode::kInvalidArgument,
                "nothing is BETWEEN {} AND {}: the first must not be the greater one", Show(first),
                Show(last));
  }
  Node node;
  node.kind = NodeKind::kBetween;
  node.negated = negated;
  node.operands = {operand, low, high};
  return Add(std::move(node));
}

ExpressionBuilder::Made ExpressionBuilder::In(NodeId operand, std::vector<std::string> texts,
                                              bool negated) {
  if (out_.nodes_[operand].kind != NodeKind::kProperty)
    return Fail(ErrorCode::kInvalidArgument, "only a property is looked for IN a list");
  Node node;
  node.kind = NodeKind::kIn;
  node.negated = negated;
  node.operands = {operand};
  node.texts = std::move(texts);
  return Add(std::move(node));
}

ExpressionBuilder::Made ExpressionBuilder::Search(NodeKind operator_kind, NodeId operand,
                                                  std::string text, bool negated) {
  Node node;
  node.kind = operator_kind;
  node.negated = negated;
  node.operands = {operand};
  node.texts.push_back(std::move(text));
  return Add(std::move(node));
}

Result<Expression> ExpressionBuilder::Finish(NodeId root) {
  PINTLE_ASSIGN(out_.root_, AsBoolean(root));
  return std::move(out_);
}

}  // namespace pintle::filter
