#include "base/strong_int.h"

#include <gtest/gtest.h>

#include <unordered_set>

namespace pintle {
namespace {

using Metres = StrongInt<struct MetresTag>;
using Seconds = StrongInt<struct SecondsTag>;
static_assert(!std::is_convertible_v<int64_t, Metres>);
static_assert(!std::is_convertible_v<Metres, int64_t>);
static_assert(!std::is_convertible_v<Metres, Seconds>);

TEST(StrongIntTest, SumsStayOfTheTypeAndDifferencesAreNumbers) {
  Metres a(5);
  EXPECT_EQ(a + 2, Metres(7));
  EXPECT_EQ(a - 2, Metres(3));
  EXPECT_EQ(Metres(9) - a, 4);
  a += 3;
  EXPECT_EQ((++a).value(), 9);
  EXPECT_LT(Metres(1), Metres(2));
}

TEST(StrongIntTest, IsFormattedAndHashedAsItsValue) {
  EXPECT_EQ(fmt::format("{:04}", Metres(42)), "0042");
  const std::unordered_set<Metres> set{Metres(1), Metres(1), Metres(2)};
  EXPECT_EQ(set.size(), 2u);
}

}  // namespace
}  // namespace pintle
