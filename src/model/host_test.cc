#include "model/host.h"

#include <gtest/gtest.h>

namespace pintle::model {
namespace {

TEST(HostTest, WritesWhatItReads) {
  for (const char* text : {"10.0.0.1:10911", "0.0.0.0:0", "[::1]:10911", "[2001:db8::7]:65535"}) {
    auto host = Host::Parse(text);
    ASSERT_TRUE(host) << text;
    EXPECT_EQ(host->ToString(), text);
  }
}

TEST(HostTest, KeepsNetworkOrder) {
  auto host = Host::Parse("1.2.3.4:5");
  ASSERT_TRUE(host);
  EXPECT_EQ(host->address[0], 1);
  EXPECT_EQ(host->address[3], 4);
  EXPECT_EQ(host->port, 5);
  EXPECT_FALSE(host->is_v6());
}

TEST(HostTest, RefusesNamesAndBadPorts) {
  for (const char* text : {"", "localhost:1", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1",
                           "1.2.3.4:1x", "::1:80", "[::1]80", "[1.2.3.4]:80", "1.2.3:4"}) {
    auto host = Host::Parse(text);
    ASSERT_FALSE(host) << text;
    EXPECT_EQ(host.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace pintle::model
