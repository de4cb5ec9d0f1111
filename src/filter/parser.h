// From the text of a SQL92 expression to its nodes.
//
//   or         := and ( OR and )*
//   and        := equality ( AND equality )*
//   equality   := comparison ( "=" comparison | "<>" comparison | IS [NOT] NULL )*
//   comparison := unary ( ( ">" | ">=" | "<" | "<=" ) unary
//                       | [NOT] ( CONTAINS | STARTSWITH | ENDSWITH ) string
//                       | [NOT] BETWEEN unary AND unary
//                       | [NOT] IN "(" string ( "," string )* ")" )*
//   unary      := ( "+" | "-" | NOT ) unary | primary
//   primary    := literal | property | "(" or ")"
//
// The expression ends where this ends: RocketMQ ignores what follows, and so does this, because
// subscriptions that work there have to work here.
#pragma once

#include <string_view>

#include "base/error.h"
#include "filter/expression.h"

namespace pintle::filter {

// kInvalidArgument: where it does not compile, and why.
Result<Expression> ParseExpression(std::string_view text);

}  // namespace pintle::filter
