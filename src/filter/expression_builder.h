// Makes the nodes of an expression, and refuses those that Java refuses: constants and booleans
// where they cannot be compared, and numbers that are too large.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "filter/expression.h"

namespace pintle::filter {

// Deeper expressions would need a deep stack to be parsed and to be evaluated.
inline constexpr int kDepthMax = 256;

// Threads: one.
class ExpressionBuilder {
 public:
  using Made = Result<NodeId>;

  Made Integer(std::string_view text);
  Made Floating(std::string_view text);
  Made Text(std::string text);
  Made Constant(Value value);
  Made Property(std::string_view name);

  Made Negate(NodeId operand);
  Made Not(NodeId operand);
  // `operator_kind`: kAnd, kOr.
  Made Join(NodeKind operator_kind, NodeId left, NodeId right);
  // `operator_kind`: kEqual and the four orders.
  Made Compare(NodeKind operator_kind, NodeId left, NodeId right);
  Made IsNull(NodeId operand);
  Made Between(NodeId operand, NodeId low, NodeId high, bool negated);
  Made In(NodeId operand, std::vector<std::string> texts, bool negated);
  // `operator_kind`: kContains, kStartsWith, kEndsWith.
  Made Search(NodeKind operator_kind, NodeId operand, std::string text, bool negated);

  // The expression with `root` as its outermost node, which has to be a boolean.
  Result<Expression> Finish(NodeId root);

 private:
  Made Add(Node node);
  // The node itself when it is a boolean, a cast when it is a property.
  Made AsBoolean(NodeId id);
  bool IsBoolean(const Node& node) const;
  Status CheckOrdered(NodeId id) const;
  Status CheckEqual(NodeId left, NodeId right) const;

  Expression out_;
  std::unordered_map<std::string, uint32_t> properties_;
};

}  // namespace pintle::filter
