#include "client/host_text.h"

#include <gtest/gtest.h>

namespace pintle::client {
namespace {

TEST(HostTextTest, SaysWhatTheHostItselfSaysWhateverCameBefore) {
  HostText text;
  for (const char* shown : {"0.0.0.0:0", "10.0.200.1:40123", "10.0.200.1:40123", "10.0.200.1:7",
                            "[::1]:7", "[::2]:7", "255.255.255.255:65535"}) {
    const model::Host host = model::Host::Parse(shown).value();
    EXPECT_EQ(text.Of(host), shown);
    EXPECT_EQ(text.Of(host), host.ToString());
  }
}

// Four bytes of an IPv6 address are those of an IPv4 one; the two are different hosts all the same.
TEST(HostTextTest, TellsIPv6FromIPv4) {
  HostText text;
  model::Host v4{.address = {1, 2, 3, 4}, .address_size = 4, .port = 5};
  model::Host v6 = v4;
  v6.address_size = 16;
  EXPECT_EQ(text.Of(v4), "1.2.3.4:5");
  EXPECT_EQ(text.Of(v6), "[102:304::]:5");
}

}  // namespace
}  // namespace pintle::client
