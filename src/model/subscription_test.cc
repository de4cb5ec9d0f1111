#include "model/subscription.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/properties.h"

namespace pintle::model {
namespace {

using ::testing::ElementsAre;

TEST(SubscriptionTest, StarAndEmptyMatchEverything) {
  for (const char* expression : {"*", ""}) {
    auto all = Subscription::Parse("t", expression, "", 1);
    ASSERT_TRUE(all);
    EXPECT_EQ(all->expression, "*");
    EXPECT_EQ(all->type, "TAG");
    EXPECT_TRUE(all->tags.empty());
    EXPECT_TRUE(all->MatchesTagsCode(0));
    EXPECT_TRUE(all->MatchesTagsCode(TagsCode("x")));
  }
}

TEST(SubscriptionTest, TagsAreSplitTrimmedAndHashed) {
  auto some = Subscription::Parse("t", " b || a||b ||  ", "TAG", 1);
  ASSERT_TRUE(some);
  EXPECT_THAT(some->tags, ElementsAre("a", "b"));
  EXPECT_EQ(some->expression, " b || a||b ||  ");
  EXPECT_TRUE(some->MatchesTagsCode(TagsCode("a")));
  EXPECT_FALSE(some->MatchesTagsCode(TagsCode("c")));
  EXPECT_FALSE(some->MatchesTagsCode(0));
}

TEST(SubscriptionTest, SeparatorsAloneAreRefused) {
  EXPECT_FALSE(Subscription::Parse("t", "||", "TAG", 1));
  EXPECT_FALSE(Subscription::Parse("t", "||||", "TAG", 1));
  auto blank = Subscription::Parse("t", " || ", "TAG", 1);
  ASSERT_TRUE(blank);
  EXPECT_FALSE(blank->MatchesTagsCode(TagsCode("a")));
}

TEST(SubscriptionTest, OtherTypesKeepTheirText) {
  auto sql = Subscription::Parse("t", "a > 1 || b", "SQL92", 1);
  ASSERT_TRUE(sql);
  EXPECT_FALSE(sql->is_tag());
  EXPECT_TRUE(sql->tags.empty());
  EXPECT_FALSE(Subscription::Parse("t", "", "SQL92", 1));
}

}  // namespace
}  // namespace pintle::model
