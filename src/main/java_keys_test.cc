#include "main/java_keys.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>

#include "main/java_ignored_keys.h"
#include "tests/paths.h"

namespace pintle::main {
namespace {

using ::testing::HasSubstr;

struct Row {
  std::string key;
  std::string type;
  std::string initial;
};

// What the real program's classes say; tests/golden/README.md.
std::vector<Row> KeysOf(const std::string& version) {
  std::ifstream file(pintle::testing::SourceDir() + "/tests/golden/configuration/" + version +
                     ".tsv");
  std::vector<Row> rows;
  std::string line;
  std::getline(file, line);  // the head
  while (std::getline(file, line)) {
    const size_t first = line.find('\t');
    const size_t second = line.find('\t', first + 1);
    rows.push_back({.key = line.substr(0, first),
                    .type = line.substr(first + 1, second - first - 1),
                    .initial = line.substr(second + 1)});
  }
  return rows;
}

class JavaKeysTest : public ::testing::TestWithParam<const char*> {
 protected:
  JavaKeysTest() { config_.store.path = "/home/rocketmq/store"; }

  Config config_;
};

TEST_P(JavaKeysTest, EveryKeyIsTakenWithItsDefault) {
  const std::vector<Row> rows = KeysOf(GetParam());
  ASSERT_GT(rows.size(), 150U);
  for (const JavaProgram program : {JavaProgram::kBroker, JavaProgram::kNamesrv}) {
    for (const Row& row : rows) {
      const auto effect = ApplyJavaEntry(program, row.key, row.initial, config_);
      EXPECT_TRUE(effect) << row.key << " = " << row.initial << ": " << effect.error().message;
    }
  }
}

TEST_P(JavaKeysTest, NoSwitchIsIgnoredInSilence) {
  for (const Row& row : KeysOf(GetParam())) {
    if (row.type != "boolean") continue;
    for (const std::string value : {"true", "false"}) {
      const auto effect = ApplyJavaEntry(JavaProgram::kBroker, row.key, value, config_);
      if (!effect) {
        EXPECT_THAT(effect.error().message, HasSubstr("not served by Pintle")) << row.key;
        EXPECT_NE(value, row.initial) << row.key;
        continue;
      }
      const bool told = !effect->key.empty() || !effect->ignored_because.empty();
      // Then it is what Pintle does, so that the other value is told.
      if (told) continue;
      const auto other = ApplyJavaEntry(JavaProgram::kBroker, row.key,
                                        value == "true" ? "false" : "true", config_);
      EXPECT_TRUE(!other || !other->ignored_because.empty()) << row.key << " = " << value;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, JavaKeysTest, ::testing::Values("4.9.7", "5.5.0"),
                         [](const auto& info) {
                           return std::string(info.param) == "5.5.0" ? "New" : "Old";
                         });

TEST(JavaIgnoredKeysTest, NamesEachKeyOnce) {
  std::set<std::string_view> seen;
  for (const JavaIgnoredKeys& group : IgnoredJavaKeys()) {
    JavaIgnoredKey key;
    for (std::string_view names = group.names; NextIgnoredKey(names, key);)
      EXPECT_TRUE(seen.insert(key.name).second) << key.name;
  }
  for (const JavaKeyText& text : JavaKeyTexts()) EXPECT_FALSE(seen.contains(text.java_name));
  EXPECT_GT(seen.size(), 400U);
}

TEST(JavaIgnoredKeysTest, TellsWhyUnlessTheValueIsWhatPintleDoes) {
  Config config;
  const auto apply = [&](std::string_view key, std::string_view value) {
    return ApplyJavaEntry(JavaProgram::kBroker, key, value, config);
  };
  EXPECT_THAT(apply("enableCalcFilterBitMap", "true")->ignored_because, HasSubstr("bitmaps"));
  EXPECT_EQ(apply("enableCalcFilterBitMap", "false")->ignored_because, "");
  EXPECT_THAT(apply("sendMessageThreadPoolNums", "16")->ignored_because, HasSubstr("threads"));
  EXPECT_THAT(apply("brokerRole", "SYNC_MASTER")->ignored_because, HasSubstr("one copy"));
  EXPECT_EQ(apply("haMasterAddress", "")->ignored_because, "");
}

TEST(JavaIgnoredKeysTest, SuggestsAKnownKeyForATypo) {
  Config config;
  const auto typo = ApplyJavaEntry(JavaProgram::kBroker, "enableCalcFilterBitsMap", "true", config);
  ASSERT_FALSE(typo);
  EXPECT_THAT(typo.error().message,
              HasSubstr("unknown key; did you mean \"enableCalcFilterBitMap\"?"));
}

TEST(JavaKeyValuesTest, NumbersAreTrimmedAsRocketMqDoesButNeverThoseOfFiles) {
  Config config;
  const auto often =
      ApplyJavaEntry(JavaProgram::kBroker, "registerNameServerPeriod", "5000", config);
  ASSERT_TRUE(often);
  EXPECT_EQ(config.broker.register_interval_ms, 10'000);
  EXPECT_THAT(often->note, HasSubstr("registerNameServerPeriod = 5000 is outside of what "
                                     "broker.register_interval_ms takes"));
  EXPECT_FALSE(ApplyJavaEntry(JavaProgram::kBroker, "mappedFileSizeCommitLog", "16", config));
  EXPECT_FALSE(ApplyJavaEntry(JavaProgram::kBroker, "fileReservedTime", "2 days", config));
  ASSERT_TRUE(ApplyJavaEntry(JavaProgram::kBroker, "autoCreateTopicEnable", "FALSE", config));
  EXPECT_FALSE(config.broker.topics_auto_create);
  ASSERT_TRUE(ApplyJavaEntry(JavaProgram::kBroker, "deleteWhen", "04;16", config));
  EXPECT_EQ(config.store.delete_hours.bits, (1U << 4) | (1U << 16));
}

TEST(JavaKeyValuesTest, PathsInsideTheStoreMayBeWrittenInSeveralWays) {
  Config config;
  config.store.path = "/data/rocketmq/store/";
  EXPECT_TRUE(ApplyJavaEntry(JavaProgram::kBroker, "storePathCommitLog",
                             "/data/rocketmq//store/commitlog/", config));
  EXPECT_FALSE(
      ApplyJavaEntry(JavaProgram::kBroker, "storePathCommitLog", "/other/commitlog", config));
}

}  // namespace
}  // namespace pintle::main
