// A compiled expression: a table of nodes that name each other by their places in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "filter/value.h"

namespace pintle::filter {

using NodeId = uint32_t;

enum class NodeKind : uint8_t {
  kConstant,
  kProperty,
  kNegate,
  kNot,
  kCast,  // a property as a boolean: it is text, so only null or false
  kAnd,
  kOr,
  kEqual,
  kGreater,
  kGreaterEqual,
  kLess,
  kLessEqual,
  kBetween,
  kIn,
  kContains,
  kStartsWith,
  kEndsWith,
};

struct Node {
  NodeKind kind = NodeKind::kConstant;
  bool negated = false;            // kBetween, kIn, kContains, kStartsWith, kEndsWith
  uint16_t depth = 1;              // of the tree below it, with itself
  uint32_t property = 0;           // kProperty: index of its name
  Value constant;                  // kConstant; a text is in `texts`
  std::vector<NodeId> operands;    // in the order of the text
  std::vector<std::string> texts;  // kIn: the alternatives; else what is searched for
};

// Threads: const after it has been built.
class Expression {
 public:
  // Values of the properties by their index; nullptr data: absent.
  using PropertyValues = std::span<const std::string_view>;

  Verdict Evaluate(PropertyValues properties) const { return Judge(root_, properties); }
  const std::vector<std::string>& property_names() const { return property_names_; }

 private:
  friend class ExpressionBuilder;

  // Of a node that is a condition.
  Verdict Judge(NodeId id, PropertyValues properties) const;
  // Of any node.
  Value ValueOf(NodeId id, PropertyValues properties) const;

  Value Negate(const Node& node, PropertyValues properties) const;
  Verdict Not(const Node& node, PropertyValues properties) const;
  Verdict Cast(const Node& node, PropertyValues properties) const;
  // A chain of ANDs or ORs: ends at the first operand that is `decisive`.
  Verdict Chain(const Node& node, Verdict decisive, PropertyValues properties) const;
  Verdict Equal(const Node& node, PropertyValues properties) const;
  Verdict Order(const Node& node, PropertyValues properties) const;
  Verdict Between(const Node& node, PropertyValues properties) const;
  Verdict In(const Node& node, PropertyValues properties) const;
  Verdict Search(const Node& node, PropertyValues properties) const;

  std::vector<Node> nodes_;
  std::vector<std::string> property_names_;
  NodeId root_ = 0;
};

}  // namespace pintle::filter
