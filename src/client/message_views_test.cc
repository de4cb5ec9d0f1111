#include "client/message_views.h"

#include <gtest/gtest.h>

namespace pintle::client {
namespace {

TEST(MessageViewsTest, KeepsTheMemoryOfSmallMessagesAlone) {
  MessageViews views;
  views.Take(2)[1].body.assign(1'000, 'x');
  views.ForgetLarge();
  EXPECT_GE(views.Take(2)[1].body.capacity(), 1'000u);
  views.Take(3)[2].body.assign(2 << 20, 'x');
  views.ForgetLarge();
  EXPECT_EQ(views.Take(3).size(), 3u);
  EXPECT_LT(views.Take(3)[2].body.capacity(), 1'000u);
}

}  // namespace
}  // namespace pintle::client
