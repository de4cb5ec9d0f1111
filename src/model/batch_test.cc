#include "model/batch.h"

#include <gtest/gtest.h>

namespace pintle::model {
namespace {

TEST(BatchTest, ReadsWhatItWrote) {
  std::string body;
  ASSERT_TRUE(AppendToBatch({1, AsBytes("one"), "a"}, body));
  ASSERT_TRUE(AppendToBatch({2, {}, {}}, body));
  EXPECT_EQ(body.size(), 22u + 4 + 22);
  EXPECT_EQ(LoadBig<int32_t>(AsBytes(body).data()), 26);
  const auto messages = DecodeBatch(AsBytes(body));
  ASSERT_TRUE(messages);
  ASSERT_EQ(messages->size(), 2u);
  EXPECT_EQ((*messages)[0].flag, 1);
  EXPECT_EQ(AsText((*messages)[0].body), "one");
  EXPECT_EQ((*messages)[0].properties, "a");
  EXPECT_EQ((*messages)[1].flag, 2);
}

TEST(BatchTest, RefusesEveryCutInsideAMessage) {
  std::string body;
  ASSERT_TRUE(AppendToBatch({0, AsBytes("one"), "a"}, body));
  for (size_t n = 0; n < body.size(); ++n) {
    auto messages = DecodeBatch(AsBytes(body).first(n));
    ASSERT_FALSE(messages) << n;
    EXPECT_EQ(messages.error().code, ErrorCode::kMalformed);
  }
}

TEST(BatchTest, RefusesNegativeLengths) {
  std::string body;
  ASSERT_TRUE(AppendToBatch({0, AsBytes("one"), "a"}, body));
  std::string negative_body = body;
  negative_body[16] = '\xFF';
  EXPECT_FALSE(DecodeBatch(AsBytes(negative_body)));
  std::string negative_properties = body;
  negative_properties[23] = '\xFF';
  EXPECT_FALSE(DecodeBatch(AsBytes(negative_properties)));
}

TEST(BatchTest, RefusesPropertiesThatAreTooLong) {
  std::string body;
  const std::string properties(32768, 'p');
  EXPECT_FALSE(AppendToBatch({0, {}, properties}, body));
  EXPECT_TRUE(body.empty());
}

}  // namespace
}  // namespace pintle::model
