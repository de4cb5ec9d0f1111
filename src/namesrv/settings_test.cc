#include "namesrv/settings.h"

#include <gmock/gmock.h>

namespace pintle::namesrv {
namespace {

using ::testing::HasSubstr;

TEST(SettingsTest, TakesKnownKeys) {
  Settings settings{SettingValues{}};
  ASSERT_TRUE(settings.Update("orderMessageEnable=true\nwaitSecondsForService = 7\n"));
  EXPECT_TRUE(settings.order_topics());
  EXPECT_EQ(settings.wait_for_brokers_ms(), 7'000);
  EXPECT_THAT(settings.ToProperties(), HasSubstr("orderMessageEnable=true\n"));
  EXPECT_THAT(settings.ToProperties(), HasSubstr("waitSecondsForService=7\n"));
}

TEST(SettingsTest, RefusesAKeyThatIsNotOnTheListAndChangesNothing) {
  Settings settings{SettingValues{}};
  for (const char* key : {"kvConfigPath", "rocketmqHome", "configStorePath", "anything"}) {
    const Status status =
        settings.Update("orderMessageEnable=true\n" + std::string(key) + "=/etc/passwd\n");
    ASSERT_FALSE(status) << key;
    EXPECT_EQ(status.error().code, ErrorCode::kPermissionDenied);
  }
  EXPECT_FALSE(settings.order_topics());
}

TEST(SettingsTest, NamesTheKeyThatWasMeant) {
  Settings settings{SettingValues{}};
  const Status status = settings.Update("orderMesageEnable=true\n");
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("did you mean \"orderMessageEnable\"?"));
}

TEST(SettingsTest, RefusesValuesOfAnotherKind) {
  Settings settings{SettingValues{}};
  for (const char* text : {"orderMessageEnable=yes", "waitSecondsForService=-1",
                           "waitSecondsForService=1x", "waitSecondsForService="}) {
    const Status status = settings.Update(text);
    ASSERT_FALSE(status) << text;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace pintle::namesrv
