#include "filter/java_number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace pintle::filter {
namespace {

TEST(JavaNumberTest, WholeNumbersHaveASignAndDigitsOnly) {
  EXPECT_EQ(ParseJavaInt("-2147483648"), std::numeric_limits<int32_t>::min());
  EXPECT_EQ(ParseJavaInt("+7"), 7);
  EXPECT_EQ(ParseJavaInt("007"), 7);
  for (const char* text :
       {"", "+", "-", "+-7", "--7", "7 ", " 7", "7L", "0x7", "7.0", "2147483648"})
    EXPECT_EQ(ParseJavaInt(text), std::nullopt) << text;
  EXPECT_EQ(ParseJavaLong("-9223372036854775808"), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(ParseJavaLong("9223372036854775808"), std::nullopt);
  EXPECT_EQ(ParseJavaLong("999999999999999999"), 999999999999999999);
  EXPECT_EQ(ParseJavaLong("0000000000000000007"), 7);
  EXPECT_EQ(ParseJavaLong("9223372036854775807"), std::numeric_limits<int64_t>::max());
}

TEST(JavaNumberTest, FloatingNumbersAreReadGenerously) {
  EXPECT_EQ(ParseJavaDouble(" \t1.5e3D\n"), 1500.0);
  EXPECT_EQ(ParseJavaDouble("1."), 1.0);
  EXPECT_EQ(ParseJavaDouble("-.5f"), -0.5);
  EXPECT_EQ(ParseJavaDouble("0x1.8p1"), 3.0);
  EXPECT_EQ(ParseJavaDouble("-0X.8P-1d"), -0.25);
  EXPECT_EQ(ParseJavaDouble("1e400"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(ParseJavaDouble("1e-400"), 0.0);
  EXPECT_EQ(ParseJavaDouble("-Infinity"), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(ParseJavaDouble("+NaN").value()));
  for (const char* text : {"", " ", ".", "e5", "1e", "1e+", "1..", "1.5.2", "1ff", "1_0", "inf",
                           "nan", "0x1", "0xp1", "0x.p1", "0x1p", "--1", "1,5", "\xef\xbc\x91"})
    EXPECT_EQ(ParseJavaDouble(text), std::nullopt) << text;
}

TEST(JavaNumberTest, DoublesHaveATotalOrder) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(CompareJavaDoubles(-0.0, 0.0), -1);
  EXPECT_EQ(CompareJavaDoubles(nan, nan), 0);
  EXPECT_EQ(CompareJavaDoubles(nan, 1e300), 1);
  EXPECT_EQ(CompareJavaDoubles(1, nan), -1);
  EXPECT_EQ(CompareJavaDoubles(2, 1), 1);
}

}  // namespace
}  // namespace pintle::filter
