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

}  // namespace
}  // namespace pintle::broker
