#include "model/delay_levels.h"

#include <gtest/gtest.h>

namespace pintle::model {
namespace {

TEST(DelayLevelsTest, ReadsRocketMqsText) {
  const auto levels = ParseDelayLevels(kDefaultDelayLevels);
  ASSERT_TRUE(levels);
  ASSERT_EQ(levels->size(), 18u);
  EXPECT_EQ(levels->front(), 1'000);
  EXPECT_EQ((*levels)[4], 60'000);
  EXPECT_EQ(levels->back(), 7'200'000);
  EXPECT_EQ(FormatDelayLevels(*levels), kDefaultDelayLevels);
  EXPECT_EQ(ParseDelayLevels("  2d  90s "), (DelayLevels{172'800'000, 90'000}));
}

TEST(DelayLevelsTest, RefusesWhatIsNoDelay) {
  for (const std::string_view text : {"", "  ", "s", "1", "1x", "-1s", "0s", "1.5s", "1s,5s",
                                      "366d", "99999999999999999999s", "1s 5"}) {
    const auto levels = ParseDelayLevels(text);
    ASSERT_FALSE(levels) << text;
    EXPECT_EQ(levels.error().code, ErrorCode::kInvalidArgument) << text;
  }
}

TEST(DelayLevelsTest, NumbersPastTheLastMeanTheLast) {
  const DelayLevels levels = {1'000, 5'000};
  EXPECT_EQ(ClampDelayLevel(levels, -1), 0);
  EXPECT_EQ(ClampDelayLevel(levels, 0), 0);
  EXPECT_EQ(ClampDelayLevel(levels, 2), 2);
  EXPECT_EQ(ClampDelayLevel(levels, 19), 2);
}

}  // namespace
}  // namespace pintle::model
