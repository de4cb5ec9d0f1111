#include "model/message_id.h"

#include <gtest/gtest.h>

#include <set>

namespace pintle::model {
namespace {

TEST(MessageIdTest, OffsetIdIsAddressPortOffsetInHex) {
  const OffsetMessageId id{*Host::Parse("10.1.2.3:10911"), LogOffset(0x123456789ABC)};
  EXPECT_EQ(id.ToString(), "0A01020300002A9F0000123456789ABC");
}

TEST(MessageIdTest, ReadsWhatItWrote) {
  for (const char* host : {"10.1.2.3:10911", "[2001:db8::7]:65535"}) {
    const OffsetMessageId id{*Host::Parse(host), LogOffset((int64_t{1} << 40) + 7)};
    auto read = OffsetMessageId::Parse(id.ToString());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->store_host, id.store_host);
    EXPECT_EQ(read->offset, id.offset);
  }
  EXPECT_TRUE(OffsetMessageId::Parse("0a01020300002a9f0000123456789abc"));
}

TEST(MessageIdTest, RefusesOtherLengthsAndCharacters) {
  EXPECT_FALSE(OffsetMessageId::Parse(""));
  EXPECT_FALSE(OffsetMessageId::Parse("0A01020300002A9F0000123456789AB"));
  EXPECT_FALSE(OffsetMessageId::Parse("0A01020300002A9F0000123456789ABG"));
}

TEST(MessageIdTest, UniqKeysDifferAndKeepTheirPrefix) {
  UniqKeySource source(*Host::Parse("10.1.2.3:0"), 0x1F00AB, 0x18B4AAC2);
  std::set<std::string> keys;
  for (int i = 0; i < 1000; ++i) keys.insert(source.Next(1'700'000'000'000));
  EXPECT_EQ(keys.size(), 1000u);
  for (const auto& key : keys) {
    EXPECT_EQ(key.size(), 32u);
    EXPECT_TRUE(key.starts_with("0A01020300AB18B4AAC2"));
  }
}

TEST(MessageIdTest, UniqKeyTimeRestartsWithTheMonth) {
  UniqKeySource source(*Host::Parse("10.1.2.3:0"), 1, 1);
  int64_t previous = -1;
  int restarts = 0;
  for (int day = 0; day < 365; ++day) {
    const auto since =
        std::stoll(source.Next(1'700'000'000'000 + day * 86'400'000LL).substr(20, 8), nullptr, 16);
    EXPECT_LT(since, 31LL * 86'400'000 + 3'600'000);
    if (since < previous) ++restarts;
    previous = since;
  }
  EXPECT_EQ(restarts, 12);
}

}  // namespace
}  // namespace pintle::model
