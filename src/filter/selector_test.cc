#include "filter/selector.h"

#include <gtest/gtest.h>

#include <string>

namespace pintle::filter {
namespace {

// One letter each: T(rue), F(alse), null as U(nknown), E(rror), and C where it does not compile.
char Ask(std::string_view expression, std::string properties = {}) {
  for (char& c : properties) c = c == '=' ? '\1' : c == ';' ? '\2' : c;
  const auto selector = Selector::Compile(expression);
  if (!selector) return 'C';
  switch ((*selector)->Evaluate(properties)) {
    case Selector::Verdict::kTrue:
      return 'T';
    case Selector::Verdict::kFalse:
      return 'F';
    case Selector::Verdict::kUnknown:
      return 'U';
    case Selector::Verdict::kFailed:
      return 'E';
  }
  return '?';
}

std::string WhyNot(std::string_view expression) {
  const auto selector = Selector::Compile(expression);
  return selector ? "compiles" : selector.error().message;
}

TEST(SelectorTest, ComparesTextWithNumbersAsNumbers) {
  EXPECT_EQ(Ask("a > 5", "a=6;"), 'T');
  EXPECT_EQ(Ask("a > 5", "a=5;"), 'F');
  EXPECT_EQ(Ask("5 < a", "a=6;"), 'T');
  EXPECT_EQ(Ask("a >= 5.5", "a=5.5;"), 'T');
  EXPECT_EQ(Ask("a = 5", "a=+5;"), 'T');
  EXPECT_EQ(Ask("a <> 5", "a=6;"), 'T');
  EXPECT_EQ(Ask("a < 3000000000", "a=2999999999;"), 'T');
}

TEST(SelectorTest, TextThatIsNoNumberOfTheLiteralsTypeFails) {
  EXPECT_EQ(Ask("a > 5", "a=5.5;"), 'E');
  EXPECT_EQ(Ask("a > 5", "a=x;"), 'E');
  EXPECT_EQ(Ask("a = 5", "a= 5;"), 'E');
  EXPECT_EQ(Ask("a > 5", "a=3000000000;"), 'E');
  EXPECT_EQ(Ask("a > 5.0", "a=3000000000;"), 'T');
  EXPECT_EQ(Ask("a > 5.5", "a= 6f ;"), 'T');
}

TEST(SelectorTest, TwoTextsHaveAnOrderOnlyAsNumbers) {
  EXPECT_EQ(Ask("a < b", "a=9;b=10;"), 'T');
  EXPECT_EQ(Ask("a < b", "a=x;b=10;"), 'E');
  EXPECT_EQ(Ask("a = b", "a=x;b=x;"), 'T');
  EXPECT_EQ(Ask("a = b", "a=1;b=1.0;"), 'F');
  EXPECT_EQ(Ask("a < 'x'"), 'C');
}

TEST(SelectorTest, AbsentPropertiesAreUnknown) {
  EXPECT_EQ(Ask("a > 5"), 'U');
  EXPECT_EQ(Ask("a = 5"), 'U');
  EXPECT_EQ(Ask("5 = a"), 'F');
  EXPECT_EQ(Ask("a = b"), 'T');
  EXPECT_EQ(Ask("a <> 5"), 'U');
  EXPECT_EQ(Ask("a IS NULL"), 'T');
  EXPECT_EQ(Ask("a IS NOT NULL"), 'F');
  EXPECT_EQ(Ask("a IS NULL", "a=x;"), 'F');
  EXPECT_EQ(Ask("NOT a"), 'U');
  EXPECT_EQ(Ask("NULL"), 'U');
  EXPECT_EQ(Ask("a = NULL"), 'C');
}

TEST(SelectorTest, AndAndOrKnowThreeValues) {
  EXPECT_EQ(Ask("a IS NULL AND b > 1"), 'U');
  EXPECT_EQ(Ask("a IS NOT NULL AND b > 1"), 'F');
  EXPECT_EQ(Ask("b > 1 AND a IS NOT NULL"), 'F');
  EXPECT_EQ(Ask("b > 1 OR a IS NULL"), 'T');
  EXPECT_EQ(Ask("b > 1 OR a IS NOT NULL"), 'U');
  EXPECT_EQ(Ask("TRUE OR b > 1", "b=x;"), 'T');
  EXPECT_EQ(Ask("b > 1 OR TRUE", "b=x;"), 'E');
  EXPECT_EQ(Ask("NOT (b > 1)"), 'U');
}

TEST(SelectorTest, KnowsBetweenInAndSearches) {
  EXPECT_EQ(Ask("a BETWEEN 1 AND 3", "a=3;"), 'T');
  EXPECT_EQ(Ask("a NOT BETWEEN 1 AND 3", "a=3;"), 'F');
  EXPECT_EQ(Ask("a BETWEEN 3 AND 1"), 'C');
  EXPECT_EQ(Ask("a NOT BETWEEN 3 AND 1", "a=2;"), 'T');
  EXPECT_EQ(Ask("a BETWEEN b AND c", "a=2;c=1;"), 'F');
  EXPECT_EQ(Ask("a IN ('x', 'it''s')", "a=it's;"), 'T');
  EXPECT_EQ(Ask("a NOT IN ('x')", "a=y;"), 'T');
  EXPECT_EQ(Ask("a NOT IN ('x')"), 'U');
  EXPECT_EQ(Ask("a CONTAINS 'bc'", "a=abcd;"), 'T');
  EXPECT_EQ(Ask("a NOT CONTAINS 'x'", "a=abcd;"), 'T');
  EXPECT_EQ(Ask("a NOT CONTAINS 'x'"), 'F');
  EXPECT_EQ(Ask("a CONTAINS ''", "a=abcd;"), 'F');
  EXPECT_EQ(Ask("a STARTSWITH 'ab' AND a ENDSWITH 'cd'", "a=abcd;"), 'T');
  EXPECT_EQ(Ask("a NOT STARTSWITH 'b' AND a NOT ENDSWITH 'c'", "a=abcd;"), 'T');
}

TEST(SelectorTest, BooleansAreTextInProperties) {
  EXPECT_EQ(Ask("a = TRUE", "a=True;"), 'T');
  EXPECT_EQ(Ask("a = FALSE", "a=anything;"), 'T');
  EXPECT_EQ(Ask("TRUE = a", "a=true;"), 'E');
  EXPECT_EQ(Ask("a", "a=true;"), 'F');
  EXPECT_EQ(Ask("TRUE = TRUE"), 'T');
  EXPECT_EQ(Ask("TRUE = 1"), 'C');
  EXPECT_EQ(Ask("1 = TRUE"), 'F');
  EXPECT_EQ(Ask("(a = 1) = (b = 2)", "a=1;b=2;"), 'T');
}

TEST(SelectorTest, ReadsLiteralsAsJavaDoes) {
  EXPECT_EQ(Ask("a = 9223372036854775807", "a=9223372036854775807;"), 'T');
  EXPECT_EQ(Ask("a = 9223372036854775808"), 'C');
  EXPECT_EQ(Ask("a = 0.0"), 'C');
  EXPECT_EQ(Ask("a = 1e400"), 'C');
  EXPECT_EQ(Ask("a = 5L", "a=5;"), 'T');
  EXPECT_EQ(Ask("a = -5", "a=-5;"), 'T');
  EXPECT_EQ(Ask("a = - -5", "a=5;"), 'T');
  EXPECT_EQ(Ask("a = .5e1", "a=5;"), 'T');
  EXPECT_EQ(Ask("a = +5", "a=5;"), 'T');
  EXPECT_EQ(Ask("-a = 5", "a=-5;"), 'U');
}

TEST(SelectorTest, WhatFollowsTheExpressionIsNotLookedAt) {
  EXPECT_EQ(Ask("a = 1 b = 2", "a=1;"), 'T');
  EXPECT_EQ(Ask("a LIKE 'x%'", "a=xy;"), 'F');
  EXPECT_EQ(Ask("a = 007", "a=0;"), 'T');
  EXPECT_EQ(Ask("a = 1 ;"), 'C');
  EXPECT_EQ(Ask("a = 1 b ;", "a=1;"), 'T');
}

TEST(SelectorTest, CommentsAndCaseDoNotMatter) {
  EXPECT_EQ(Ask("a /* one * */ = 1 -- rest\n Or b Is nUlL", "a=1;"), 'T');
  EXPECT_EQ(Ask("A = 1", "a=1;"), 'U');
  EXPECT_EQ(Ask("a = 1 -- rest without an end", "a=1;"), 'T');
  EXPECT_EQ(Ask("a = 1 /* without an end", "a=1;"), 'C');
}

TEST(SelectorTest, ReadsDigitsOfAnyScript) {
  EXPECT_EQ(Ask("a = 12", "a=\xef\xbc\x91\xef\xbc\x92;"), 'T');
  EXPECT_EQ(Ask("a = 12.5", "a=\xef\xbc\x91\xef\xbc\x92;"), 'E');
}

TEST(SelectorTest, TheLastOfSeveralPropertiesCounts) {
  EXPECT_EQ(Ask("a = 2", "a=1;a=2;"), 'T');
  EXPECT_EQ(Ask("a IS NULL", "a=;"), 'T');
}

TEST(SelectorTest, TellsWhereAnExpressionIsWrong) {
  EXPECT_EQ(
      WhyNot("a >"),
      "Invalid MessageSelector. At line 1, column 4: the end instead of a property, a literal "
      "or \"(\"");
  EXPECT_EQ(WhyNot("a = 1\n AND b > 'x'"),
            "Invalid MessageSelector. At line 2, column 10: 'x' has no order: only numbers and "
            "properties are compared with <, <=, >, >= and BETWEEN");
  EXPECT_EQ(WhyNot("a IN (1)"),
            "Invalid MessageSelector. At line 1, column 7: \"1\" instead of a text in single "
            "quotes");
  EXPECT_EQ(WhyNot("1"),
            "Invalid MessageSelector. At line 1, column 1: 1 is neither true nor false");
}

TEST(SelectorTest, BadInputIsRefused) {
  for (const char* text : {"",
                           " ",
                           "(",
                           ")",
                           "a =",
                           "= a",
                           "a IS",
                           "a IS NOT",
                           "a NOT",
                           "a NOT x",
                           "a IN",
                           "a IN (",
                           "a IN ()",
                           "a IN ('x'",
                           "a BETWEEN 1",
                           "'",
                           "'a",
                           "a BETWEEN 1 OR 2",
                           "NOT",
                           "a > TRUE",
                           "(a = 1) > 2",
                           "\"a\" = 1",
                           "a == 1",
                           "a != 1",
                           "a <> ",
                           "-(1)",
                           "5",
                           "'x'",
                           "a AND 1",
                           "5 IN ('x')",
                           "a BETWEEN NULL AND 1",
                           "\xff",
                           "\xc3\xa4 = 1",
                           "a CONTAINS b"})
    EXPECT_EQ(Ask(text), 'C') << text;
}

TEST(SelectorTest, DepthAndLengthHaveBounds) {
  const auto nested = [](int levels) {
    return std::string(levels, '(') + "a = 1" + std::string(levels, ')');
  };
  EXPECT_EQ(Ask(nested(200), "a=1;"), 'T');
  EXPECT_EQ(Ask(nested(20'000)), 'C');
  std::string nots, minuses;
  for (int i = 0; i < 10'000; ++i) nots += "NOT ", minuses += "- ";
  EXPECT_EQ(Ask(nots + "a"), 'C');
  EXPECT_EQ(Ask("a > " + minuses + "1"), 'C');
  std::string equals = "a";
  for (int i = 0; i < 1'000; ++i) equals += " = a";
  EXPECT_EQ(Ask(equals), 'C');
  std::string chain = "a = 0";
  for (int i = 1; i < 4'000; ++i) chain += " OR a = " + std::to_string(i);
  EXPECT_EQ(Ask(chain, "a=3999;"), 'T');
  EXPECT_EQ(Ask(std::string(kExpressionBytesMax, ' ') + "TRUE"), 'C');
}

// A condition inside of a minus inside of BETWEEN, again and again: its time must not double at
// each level.
TEST(SelectorTest, NestedBetweenIsEvaluatedOnce) {
  std::string text = "a";
  for (int i = 0; i < 60; ++i) text.insert(0, "-(").append(" BETWEEN 1 AND 2)");
  EXPECT_EQ(Ask(text + " = 1"), 'U');
}

}  // namespace
}  // namespace pintle::filter
