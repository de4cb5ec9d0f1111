#include "broker/transactions/half_message.h"

#include <gtest/gtest.h>

#include "model/properties.h"

namespace pintle::broker {
namespace {

TEST(HalfMessageTest, TellsWhereTheMessageBelongs) {
  const std::string text = HalfText("UNIQ_KEY\1id\2PGROUP\1group\2TAGS\1red\2", "orders", 3);
  const HalfProperties half = HalfProperties::Scan(text);
  EXPECT_EQ(half.real_topic, "orders");
  EXPECT_EQ(half.real_queue, 3);
  EXPECT_EQ(half.group, "group");
  EXPECT_EQ(half.tags, "red");
  EXPECT_EQ(half.checks, 0);
  EXPECT_EQ(model::FindProperty(text, "__transactionId__"), "id");
  EXPECT_EQ(HalfProperties::Scan(CopyText(text, 4)).checks, 4);
}

TEST(HalfMessageTest, AClientCannotSendItElsewhere) {
  const std::string text = HalfText("REAL_TOPIC\1other\2REAL_QID\0019\2", "orders", 0);
  const HalfProperties half = HalfProperties::Scan(text);
  EXPECT_EQ(half.real_topic, "orders");
  EXPECT_EQ(half.real_queue, 0);
}

TEST(HalfMessageTest, ImmunityIsNeverBelowTheTimeout) {
  const auto immunity = [](std::string_view seconds) {
    const std::string text = fmt::format("CHECK_IMMUNITY_TIME_IN_SECONDS\1{}\2", seconds);
    return ImmunityMs(HalfProperties::Scan(text), 6'000);
  };
  EXPECT_EQ(immunity("30"), 30'000);
  EXPECT_EQ(immunity("1"), 6'000);
  EXPECT_EQ(immunity("-1"), 6'000);
  EXPECT_EQ(immunity("x"), 6'000);
  EXPECT_GT(immunity("9223372036854775807"), 6'000);
  EXPECT_EQ(ImmunityMs(HalfProperties(), 6'000), 6'000);
}

TEST(HalfMessageTest, OpsNameOneHalfOrSeveral) {
  using Offsets = std::vector<int64_t>;
  EXPECT_EQ(ParseOp(AsBytes("17")), Offsets{17});
  EXPECT_EQ(ParseOp(AsBytes("17,")), Offsets{17});
  EXPECT_EQ(ParseOp(AsBytes("1,22,333,")), (Offsets{1, 22, 333}));
  EXPECT_EQ(ParseOp(AsBytes("")), Offsets{});
  EXPECT_EQ(ParseOp(AsBytes(",x,4y,5,-,99999999999999999999")), Offsets{5});
}

}  // namespace
}  // namespace pintle::broker
