#include "filter/parser.h"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "filter/expression_builder.h"
#include "filter/lexer.h"

namespace pintle::filter {
namespace {

using Made = ExpressionBuilder::Made;

std::string Show(const Token& token) {
  if (token.kind == TokenKind::kEnd) return "the end";
  return fmt::format("\"{}\"", token.text);
}

std::optional<NodeKind> OrderOf(TokenKind kind) {
  if (kind == TokenKind::kGreater) return NodeKind::kGreater;
  if (kind == TokenKind::kGreaterEqual) return NodeKind::kGreaterEqual;
  if (kind == TokenKind::kLess) return NodeKind::kLess;
  if (kind == TokenKind::kLessEqual) return NodeKind::kLessEqual;
  return std::nullopt;
}

std::optional<NodeKind> SearchOf(TokenKind kind) {
  if (kind == TokenKind::kContains) return NodeKind::kContains;
  if (kind == TokenKind::kStartsWith) return NodeKind::kStartsWith;
  if (kind == TokenKind::kEndsWith) return NodeKind::kEndsWith;
  return std::nullopt;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), lexer_(text) {}

  Result<Expression> Run() {
    const auto root = Or();
    if (!root) return std::unexpected(Placed(root.error().message));
    if (Peek().kind == TokenKind::kInvalid)
      return std::unexpected(Placed(fmt::format("{} is not understood", Show(Peek()))));
    auto expression = builder_.Finish(*root);
    if (!expression) return std::unexpected(Placed(expression.error().message));
    return expression;
  }

 private:
  // Tokens are fetched no sooner than they decide something.
  const Token& Peek(size_t ahead = 0) {
    while (fetched_ <= ahead) tokens_[fetched_++] = lexer_.Next();
    return tokens_[ahead];
  }
  Token Take() {
    const Token token = Peek();
    tokens_[0] = tokens_[1];
    --fetched_;
    last_ = token.at;
    return token;
  }
  bool TakeIf(TokenKind kind) {
    if (Peek().kind != kind) return false;
    Take();
    return true;
  }
  Status Expect(TokenKind kind, std::string_view what) {
    if (TakeIf(kind)) return {};
    return Unexpected(what);
  }
  std::unexpected<Error> Unexpected(std::string_view wanted) {
    const Token& found = Peek();
    last_ = found.at;
    return Fail(ErrorCode::kInvalidArgument, "{} instead of {}", Show(found), wanted);
  }
  Error Placed(std::string_view what) const {
    return {ErrorCode::kInvalidArgument,
            fmt::format("Invalid MessageSelector. At {}: {}", PlaceOf(text_, last_), what)};
  }

  Made Or() {
    PINTLE_ASSIGN(NodeId left, And());
    while (TakeIf(TokenKind::kOr)) {
      PINTLE_ASSIGN(const NodeId right, And());
      PINTLE_ASSIGN(left, builder_.Join(NodeKind::kOr, left, right));
    }
    return left;
  }

  Made And() {
    PINTLE_ASSIGN(NodeId left, Equality());
    while (TakeIf(TokenKind::kAnd)) {
      PINTLE_ASSIGN(const NodeId right, Equality());
      PINTLE_ASSIGN(left, builder_.Join(NodeKind::kAnd, left, right));
    }
    return left;
  }

  Made Equality() {
    PINTLE_ASSIGN(NodeId left, Comparison());
    for (;;) {
      if (TakeIf(TokenKind::kEqual)) {
        PINTLE_ASSIGN(const NodeId right, Comparison());
        PINTLE_ASSIGN(left, builder_.Compare(NodeKind::kEqual, left, right));
      } else if (TakeIf(TokenKind::kNotEqual)) {
        PINTLE_ASSIGN(const NodeId right, Comparison());
        PINTLE_ASSIGN(const NodeId equal, builder_.Compare(NodeKind::kEqual, left, right));
        PINTLE_ASSIGN(left, builder_.Not(equal));
      } else if (TakeIf(TokenKind::kIs)) {
        const bool negated = TakeIf(TokenKind::kNot);
        PINTLE_TRY(Expect(TokenKind::kNull, negated ? "NULL" : "NULL or NOT NULL"));
        PINTLE_ASSIGN(left, builder_.IsNull(left));
        if (!negated) continue;
        PINTLE_ASSIGN(left, builder_.Not(left));
      } else {
        return left;
      }
    }
  }

  Made Comparison() {
    PINTLE_ASSIGN(NodeId left, Unary());
    for (;;) {
      if (const auto order = OrderOf(Peek().kind)) {
        Take();
        PINTLE_ASSIGN(const NodeId right, Unary());
        PINTLE_ASSIGN(left, builder_.Compare(*order, left, right));
        continue;
      }
      const bool negated = Peek().kind == TokenKind::kNot;
      const TokenKind kind = Peek(negated ? 1 : 0).kind;
      const bool known = SearchOf(kind) || kind == TokenKind::kBetween || kind == TokenKind::kIn;
      if (!known && !negated) return left;
      if (negated) Take();
      if (!known) return Unexpected("CONTAINS, STARTSWITH, ENDSWITH, BETWEEN or IN");
      Take();
      PINTLE_ASSIGN(left, Worded(kind, left, negated));
    }
  }

  // What follows the operator that is a word.
  Made Worded(TokenKind kind, NodeId left, bool negated) {
    if (kind == TokenKind::kBetween) {
      PINTLE_ASSIGN(const NodeId low, Unary());
      PINTLE_TRY(Expect(TokenKind::kAnd, "AND"));
      PINTLE_ASSIGN(const NodeId high, Unary());
      return builder_.Between(left, low, high, negated);
    }
    if (const auto search = SearchOf(kind)) {
      PINTLE_ASSIGN(std::string text, String());
      return builder_.Search(*search, left, std::move(text), negated);
    }
    PINTLE_TRY(Expect(TokenKind::kOpen, "\"(\""));
    std::vector<std::string> texts;
    do {
      PINTLE_ASSIGN(std::string text, String());
      texts.push_back(std::move(text));
    } while (TakeIf(TokenKind::kComma));
    PINTLE_TRY(Expect(TokenKind::kClose, "\",\" or \")\""));
    return builder_.In(left, std::move(texts), negated);
  }

  Result<std::string> String() {
    if (Peek().kind != TokenKind::kString) return Unexpected("a text in single quotes");
    return UnquoteString(Take().text);
  }

  Made Unary() {
    if (++depth_ > kDepthMax) {
      return Fail(ErrorCode::kInvalidArgument, "it is nested deeper than {} levels", kDepthMax);
    }
    Made made = UnaryInside();
    --depth_;
    return made;
  }

  Made UnaryInside() {
    if (TakeIf(TokenKind::kPlus)) return Unary();
    if (TakeIf(TokenKind::kMinus)) {
      PINTLE_ASSIGN(const NodeId operand, Unary());
      return builder_.Negate(operand);
    }
    if (TakeIf(TokenKind::kNot)) {
      PINTLE_ASSIGN(const NodeId operand, Unary());
      return builder_.Not(operand);
    }
    return Primary();
  }

  Made Primary() {
    switch (Peek().kind) {
      case TokenKind::kIdentifier:
        return builder_.Property(Take().text);
      case TokenKind::kInteger:
        return builder_.Integer(Take().text);
      case TokenKind::kFloating:
        return builder_.Floating(Take().text);
      case TokenKind::kString:
        return builder_.Text(UnquoteString(Take().text));
      case TokenKind::kTrue:
        Take();
        return builder_.Constant(Value::Of(true));
      case TokenKind::kFalse:
        Take();
        return builder_.Constant(Value::Of(false));
      case TokenKind::kNull:
        Take();
        return builder_.Constant(Value::Null());
      case TokenKind::kOpen: {
        Take();
        PINTLE_ASSIGN(const NodeId inner, Or());
        PINTLE_TRY(Expect(TokenKind::kClose, "\")\""));
        return inner;
      }
      case TokenKind::kEnd:
      case TokenKind::kInvalid:
      case TokenKind::kNot:
      case TokenKind::kAnd:
      case TokenKind::kOr:
      case TokenKind::kBetween:
      case TokenKind::kIn:
      case TokenKind::kIs:
      case TokenKind::kContains:
      case TokenKind::kStartsWith:
      case TokenKind::kEndsWith:
      case TokenKind::kEqual:
      case TokenKind::kNotEqual:
      case TokenKind::kGreater:
      case TokenKind::kGreaterEqual:
      case TokenKind::kLess:
      case TokenKind::kLessEqual:
      case TokenKind::kClose:
      case TokenKind::kComma:
      case TokenKind::kPlus:
      case TokenKind::kMinus:
        break;
    }
    return Unexpected("a property, a literal or \"(\"");
  }

  const std::string_view text_;
  Lexer lexer_;
  std::array<Token, 2> tokens_;
  size_t fetched_ = 0;
  size_t last_ = 0;  // where the token stands that was looked at last
  int depth_ = 0;
  ExpressionBuilder builder_;
};

}  // namespace

Result<Expression> ParseExpression(std::string_view text) { return Parser(text).Run(); }

}  // namespace pintle::filter
