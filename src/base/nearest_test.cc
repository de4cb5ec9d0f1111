#include "base/nearest.h"

#include <gmock/gmock.h>

namespace pintle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(EditDistanceTest, CountsEachKindOfChangeOnce) {
  EXPECT_EQ(EditDistance("listen", "listen", 3), 0u);
  EXPECT_EQ(EditDistance("listen", "lisen", 3), 1u);    // one missing
  EXPECT_EQ(EditDistance("listen", "listten", 3), 1u);  // one too many
  EXPECT_EQ(EditDistance("listen", "lisxen", 3), 1u);   // one replaced
  EXPECT_EQ(EditDistance("listen", "litsen", 3), 1u);   // two swapped
}

TEST(EditDistanceTest, IgnoresCase) { EXPECT_EQ(EditDistance("brokerIp1", "brokerIP1", 3), 0u); }

TEST(EditDistanceTest, StopsPastTheBound) {
  EXPECT_EQ(EditDistance("kitten", "sitting", 2), 3u);
  EXPECT_EQ(EditDistance("a", "abcdefgh", 3), 4u);
  EXPECT_EQ(EditDistance("", "abc", 3), 3u);
}

TEST(NearestNamesTest, GivesTheNearestFirst) {
  NearestNames nearest("ordres", 3);
  for (const char* name : {"order", "orders", "payments", "orders-eu", "Ordres"})
    nearest.Offer(name);
  EXPECT_THAT(nearest.Take(), ElementsAre("Ordres", "orders", "order"));
}

TEST(NearestNamesTest, KeepsNoMoreThanAsked) {
  NearestNames nearest("topic-1", 2);
  for (const char* name : {"topic-4", "topic-3", "topic-2"}) nearest.Offer(name);
  EXPECT_THAT(nearest.Take(), ElementsAre("topic-2", "topic-3"));
}

TEST(NearestNamesTest, FindsNothingForAStrangeName) {
  NearestNames nearest("zz", 3);
  for (const char* name : {"orders", "aa"}) nearest.Offer(name);
  EXPECT_THAT(nearest.Take(), IsEmpty());
}

TEST(QuotedAlternativesTest, ReadsAsEnglish) {
  EXPECT_EQ(QuotedAlternatives({}), "");
  EXPECT_EQ(QuotedAlternatives({"a"}), "\"a\"");
  EXPECT_EQ(QuotedAlternatives({"a", "b", "c"}), "\"a\", \"b\" or \"c\"");
}

}  // namespace
}  // namespace pintle
