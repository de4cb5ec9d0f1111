#include "main/config_key.h"

#include <gmock/gmock.h>

#include <set>

namespace pintle::main {
namespace {

using ::testing::HasSubstr;

Status Set(std::string_view key, std::string_view text, Config& config) {
  const ConfigKey* found = FindConfigKey(key);
  EXPECT_NE(found, nullptr) << key;
  if (found == nullptr) return {};
  return found->Set(text, config);
}

TEST(ConfigKeyTest, HasTheKeysThatArePromised) {
  for (const char* name :
       {"namesrv.listen", "broker.listen", "broker.name", "broker.cluster", "broker.id",
        "broker.namesrv", "broker.advertise", "store.path", "store.flush", "topics.auto_create"})
    EXPECT_NE(FindConfigKey(name), nullptr) << name;
}

TEST(ConfigKeyTest, EveryNameIsOnceAndEveryDefaultIsAValueOfItsKey) {
  std::set<std::string_view> names;
  std::set<std::string_view> java_names;
  Config defaults;
  for (const ConfigKey& key : ConfigKeys()) {
    EXPECT_TRUE(names.insert(key.name).second) << key.name;
    if (!key.java_name.empty()) {
      EXPECT_TRUE(java_names.insert(key.java_name).second) << key.java_name;
    }
    const std::string text = key.Text(defaults);
    Config config;
    const Status status = key.Set(text, config);
    EXPECT_TRUE(status) << key.name << " = " << text << ": " << status.error().message;
    EXPECT_EQ(key.Text(config), text);
    EXPECT_LE(key.effect.size(), 100u) << key.name << ": one line";
  }
}

TEST(ConfigKeyTest, ReadsSizesAndTimes) {
  Config config;
  for (const auto& [text, bytes] : std::map<std::string, int64_t>{
           {"1GiB", 1LL << 30}, {"64 MiB", 64 << 20}, {"1048576", 1 << 20}, {"2MB", 2'000'000}}) {
    ASSERT_TRUE(Set("store.segment_bytes", text, config)) << text;
    EXPECT_EQ(config.store.segment_bytes, bytes) << text;
  }
  for (const auto& [text, ms] : std::map<std::string, int64_t>{
           {"500", 500}, {"500ms", 500}, {"2s", 2'000}, {"1m", 60'000}}) {
    ASSERT_TRUE(Set("store.flush_interval_ms", text, config)) << text;
    EXPECT_EQ(config.store.flush_interval_ms, ms) << text;
  }
}

TEST(ConfigKeyTest, SaysWhatAValueShouldBe) {
  Config config;
  const std::vector<std::tuple<const char*, const char*, const char*>> cases = {
      {"store.segment_bytes", "1GiX", "a size from 64KiB to 2047MiB, such as 64MiB"},
      {"store.segment_bytes", "1", "outside of its limits"},
      {"store.segment_bytes", "99999999999GiB", "not a number"},
      {"store.flush", "maybe", "async or sync"},
      {"topics.auto_create", "yes", "true or false"},
      {"broker.listen", "nowhere", "host:port"},
      {"broker.id", "-1", "a whole number from 0"},
      {"broker.name", "a b", "a name has letters"},
      {"broker.namesrv", "10.0.0.1:9876;bad", "host:port;host:port..."},
      {"log.level", "loud", "debug, info, warn or error"},
  };
  for (const auto& [key, text, what] : cases) {
    const Status status = Set(key, text, config);
    ASSERT_FALSE(status) << key << " = " << text;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(status.error().message, HasSubstr(what)) << key;
  }
}

TEST(ConfigKeyTest, ReadsAListOfEndpointsWithEitherSeparator) {
  Config config;
  ASSERT_TRUE(Set("broker.namesrv", "10.0.0.1:9876; ns2:9876,[::1]:1;", config));
  EXPECT_THAT(config.broker.name_servers,
              ::testing::ElementsAre("10.0.0.1:9876", "ns2:9876", "[::1]:1"));
}

TEST(ConfigKeyTest, NamesTheKeyThatWasMeant) {
  EXPECT_EQ(DidYouMean("broker.listten"), "; did you mean \"broker.listen\"?");
  EXPECT_THAT(DidYouMean("something"), HasSubstr("--help"));
}

}  // namespace
}  // namespace pintle::main
