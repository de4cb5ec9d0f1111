#include "broker/subscription_conflicts.h"

#include <gtest/gtest.h>

namespace pintle::broker {
namespace {

Wants Of(std::initializer_list<std::pair<const char*, const char*>> subscriptions,
         const char* type = "TAG") {
  remoting::ConsumerData consumer;
  for (const auto& [topic, expression] : subscriptions)
    consumer.subscriptions.push_back(*model::Subscription::Parse(topic, expression, type, 1));
  return WantsOf(consumer);
}

TEST(SubscriptionConflictsTest, TheOrderOfTagsIsNoDifference) {
  EXPECT_EQ(DifferenceOf(Of({{"orders", "a || b"}}), Of({{"orders", "b||a"}})), "");
  EXPECT_EQ(
      DifferenceOf(Of({{"orders", "*"}, {"bills", "*"}}), Of({{"bills", "*"}, {"orders", "*"}})),
      "");
}

TEST(SubscriptionConflictsTest, SaysWhatDiffers) {
  EXPECT_EQ(DifferenceOf(Of({{"orders", "a"}}), Of({{"orders", "*"}})),
            "topic orders: 'a' and '*'");
  EXPECT_EQ(DifferenceOf(Of({{"orders", "*"}}), Of({{"bills", "*"}})),
            "topic orders: '*' and not subscribed; topic bills: not subscribed and '*'");
  EXPECT_EQ(DifferenceOf(Of({{"orders", "a"}}), Of({{"orders", "a"}}, "SQL92")),
            "topic orders: 'a' and 'SQL92: a'");
  Wants broadcasting = Of({{"orders", "*"}});
  broadcasting.model = remoting::MessageModel::kBroadcasting;
  EXPECT_EQ(DifferenceOf(Of({{"orders", "*"}}), broadcasting),
            "one broadcasts and the other does not");
}

TEST(SubscriptionConflictsTest, OfLongExpressionsItShowsWhereTheyDiffer) {
  std::string one = "n in ('" + std::string(16'000, 'x') + "')";
  std::string other = one;
  other[9'000] = 'y';
  const std::string text = DifferenceOf(Of({{"orders", one.c_str()}}, "SQL92"),
                                        Of({{"orders", other.c_str()}}, "SQL92"));
  EXPECT_LT(text.size(), 600U);
  EXPECT_NE(text.find("xyx"), std::string::npos) << text;
  EXPECT_NE(text.find("(16016 bytes)"), std::string::npos) << text;
}

TEST(SubscriptionConflictsTest, ALongExpressionIsShortenedBetweenCharacters) {
  EXPECT_EQ(ShownExpression("a || b"), "a || b");
  const std::string exact(200, 'x');
  EXPECT_EQ(ShownExpression(exact), exact);
  std::string text = "x";
  for (int i = 0; i < 100; ++i) text += "\xe4\xb8\xad";
  for (size_t place = 0; place <= text.size(); ++place) {
    const std::string shown = ShownExpression(text, place);
    EXPECT_LE(shown.size(), 225U);
    EXPECT_NE(shown.find("(301 bytes)"), std::string::npos);
    const size_t first = shown.starts_with("...") ? 3 : 0;
    EXPECT_NE(static_cast<unsigned char>(shown[first]) & 0xC0, 0x80) << place;
  }
}

}  // namespace
}  // namespace pintle::broker
