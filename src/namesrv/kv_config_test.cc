#include "namesrv/kv_config.h"

#include <gmock/gmock.h>

#include "base/memory_file_system.h"

namespace pintle::namesrv {
namespace {

constexpr char kPath[] = "/namesrv/kvConfig.json";

class KvConfigTest : public ::testing::Test {
 protected:
  KvConfigTest() { EXPECT_TRUE(fs_.CreateDirectories("/namesrv")); }

  std::unique_ptr<KvConfig> Open() {
    auto config = KvConfig::Open(fs_, kPath);
    EXPECT_TRUE(config) << config.error().message;
    return config ? *std::move(config) : nullptr;
  }

  MemoryFileSystem fs_{{.track_crashes = false}};
};

TEST_F(KvConfigTest, ReadsWhatItWrote) {
  const auto first = Open();
  EXPECT_TRUE(first->Put("ns", "k\"1", "v\n\u00e9"));
  EXPECT_TRUE(first->Put("ns", "k2", ""));
  EXPECT_TRUE(first->Delete("ns", "k2"));
  EXPECT_TRUE(first->Delete("other", "k"));
  const auto second = Open();
  EXPECT_EQ(second->Get("ns", "k\"1"), "v\n\u00e9");
  EXPECT_EQ(second->Get("ns", "k2"), std::nullopt);
  EXPECT_EQ(second->List("other"), std::nullopt);
}

TEST_F(KvConfigTest, ReadsAFileOfRocketMq) {
  EXPECT_TRUE(WriteFileAtomically(
      fs_, kPath, R"({"configTable":{"ORDER_TOPIC_CONFIG":{"orders":"broker-a:4"}}})", false));
  EXPECT_EQ(Open()->Get(std::string(kOrderTopicNamespace), "orders"), "broker-a:4");
}

TEST_F(KvConfigTest, RefusesAFileThatIsNone) {
  EXPECT_TRUE(WriteFileAtomically(fs_, kPath, R"({"configTable":)", false));
  const auto config = KvConfig::Open(fs_, kPath);
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, ::testing::HasSubstr("kvConfig.json"));
}

TEST_F(KvConfigTest, ChangesNothingThatItCouldNotWrite) {
  MemoryFileSystem full{{.track_crashes = false, .capacity_bytes = 0}};
  EXPECT_TRUE(full.CreateDirectories("/namesrv"));
  auto config = KvConfig::Open(full, kPath);
  ASSERT_TRUE(config);
  const uint64_t version = (*config)->version();
  EXPECT_FALSE((*config)->Put("ns", "k", "v"));
  EXPECT_EQ((*config)->Get("ns", "k"), std::nullopt);
  EXPECT_EQ((*config)->version(), version);
}

}  // namespace
}  // namespace pintle::namesrv
