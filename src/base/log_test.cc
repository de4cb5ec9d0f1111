#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pintle {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class LogTest : public testing::Test {
 protected:
  ~LogTest() override { ConfigureLog({.level = LogLevel::kWarn}); }
};

TEST_F(LogTest, WritesOneLinePerEventWithTimeAndLevel) {
  testing::internal::CaptureStderr();
  PINTLE_LOG(kWarn, "store: segment {} is cut at {}", "00", 17);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              MatchesRegex("20..-..-..T..:..:..\\....Z warn  store: segment 00 is cut at 17\n"));
}

TEST_F(LogTest, ForgedLinesAreEscaped) {
  testing::internal::CaptureStderr();
  PINTLE_LOG(kError, "topic {}", "a\n2026 error b\x1b[0m");
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("topic a\\n2026 error b\\u001b[0m\n"));
}

TEST_F(LogTest, LevelsBelowTheConfiguredOneAreNotFormatted) {
  ConfigureLog({.level = LogLevel::kError});
  int formatted = 0;
  const auto count = [&formatted] { return ++formatted; };
  PINTLE_LOG(kWarn, "{}", count());
  EXPECT_EQ(formatted, 0);
  ConfigureLog({.level = LogLevel::kDebug});
  testing::internal::CaptureStderr();
  PINTLE_LOG(kDebug, "{}", count());
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("debug 1\n"));
}

TEST_F(LogTest, JsonIsOneObjectALine) {
  ConfigureLog({.level = LogLevel::kInfo, .json = true});
  testing::internal::CaptureStderr();
  PINTLE_LOG(kInfo, "say \"{}\"", "a\\b");
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr(R"(","level":"info","text":"say \"a\\b\""})"
                        "\n"));
}

TEST_F(LogTest, LimiterCountsWhatItSwallows) {
  LogLimiter limiter;
  EXPECT_TRUE(limiter.Allow());
  EXPECT_FALSE(limiter.Allow());
  EXPECT_FALSE(limiter.Allow());
  EXPECT_EQ(limiter.TakeSwallowed(), 2);
  EXPECT_EQ(limiter.TakeSwallowed(), 0);
}

}  // namespace
}  // namespace pintle
