#include "net/endpoint.h"

#include <gtest/gtest.h>

namespace pintle::net {
namespace {

TEST(EndpointTest, ParsesWhatUsersWrite) {
  EXPECT_EQ(Endpoint::Parse("127.0.0.1:9876"), (Endpoint{"127.0.0.1", 9876}));
  EXPECT_EQ(Endpoint::Parse("broker-a.example.org:0"), (Endpoint{"broker-a.example.org", 0}));
  EXPECT_EQ(Endpoint::Parse("[::1]:65535"), (Endpoint{"::1", 65535}));
}

TEST(EndpointTest, WritesWhatItParses) {
  for (const char* text : {"localhost:1", "10.0.0.1:10911", "[fe80::1%eth0]:80"}) {
    const auto at = Endpoint::Parse(text);
    ASSERT_TRUE(at.has_value()) << text;
    EXPECT_EQ(at->ToString(), text);
  }
}

TEST(EndpointTest, RefusesEverythingElse) {
  for (const char* text : {"", ":", "host", "host:", ":1", "host:x", "host:-1", "host:65536",
                           "host: 1", "host:1 ", "a b:1", "::1:80", "[::1]", "[::1]80", "[::1:80",
                           "[]:80", "a;b:1", "http://h:1", "host:1;other:2"}) {
    const auto at = Endpoint::Parse(text);
    ASSERT_FALSE(at.has_value()) << text;
    EXPECT_EQ(at.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace pintle::net
