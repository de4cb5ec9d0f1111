#include "main/config_loader.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace pintle::main {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ConfigLoaderTest : public ::testing::Test {
 protected:
  ConfigLoaderTest() {
    char name[] = "/tmp/pintle-config-XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~ConfigLoaderTest() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    return path;
  }
  LoadedConfig Load() {
    auto loaded = LoadConfig(*fs_, sources_);
    EXPECT_TRUE(loaded) << loaded.error().message;
    return loaded ? *std::move(loaded) : LoadedConfig{};
  }
  std::string LoadError() {
    const auto loaded = LoadConfig(*fs_, sources_);
    EXPECT_FALSE(loaded);
    return loaded ? "" : loaded.error().message;
  }
  // What one file with this text says.
  std::string ErrorOf(const std::string& name, const std::string& text) {
    sources_.files = {Write(name, text)};
    return LoadError();
  }

  std::string folder_;
  std::unique_ptr<FileSystem> fs_ = MakePosixFileSystem();
  ConfigSources sources_;
};

TEST_F(ConfigLoaderTest, FillsInWhatDependsOnTheDataDirectory) {
  sources_.data_dir = "/srv/p";
  const LoadedConfig loaded = Load();
  EXPECT_EQ(loaded.config.data_dir, "/srv/p");
  EXPECT_EQ(loaded.config.store.path, "/srv/p/store");
  EXPECT_EQ(loaded.config.namesrv.kv_path, "/srv/p/namesrv/kvConfig.json");
  EXPECT_THAT(loaded.config.broker.name, ::testing::Not(IsEmpty()));
  EXPECT_EQ(loaded.config.namesrv_listen.ToString(), "0.0.0.0:9876");
  EXPECT_EQ(loaded.config.broker_listen.ToString(), "0.0.0.0:10911");
  EXPECT_EQ(loaded.config.store.flush, kDefaultFlush);
  EXPECT_FALSE(loaded.config.broker.sync_flush);
}

TEST_F(ConfigLoaderTest, LaterSourcesWin) {
  sources_.files = {Write("a.toml",
                          "[broker]\nname = \"from-a\"\ncluster = \"from-a\"\nid = 3\n"
                          "region = \"from-a\"\n"),
                    Write("b.toml",
                          "broker.cluster = \"from-b\"\nbroker.id = 4\n"
                          "broker.region = \"from-b\"\n")};
  sources_.environment = {{"PINTLE_BROKER_ID", "5"}, {"PINTLE_BROKER_REGION", "env"}, {"ID", "9"}};
  sources_.settings = {"broker.region=set"};
  const LoadedConfig loaded = Load();
  EXPECT_EQ(loaded.config.broker.name, "from-a");
  EXPECT_EQ(loaded.config.broker.cluster, "from-b");
  EXPECT_EQ(loaded.config.broker.id, 5);
  EXPECT_EQ(loaded.config.broker.region, "set");
  EXPECT_THAT(loaded.origins.at("broker.name"), HasSubstr("a.toml line 2"));
  EXPECT_EQ(loaded.origins.at("broker.id"), "environment PINTLE_BROKER_ID");
  EXPECT_EQ(loaded.origins.at("broker.region"), "--set");
}

TEST_F(ConfigLoaderTest, ReadsTomlValuesOfEachKind) {
  sources_.files = {Write("p.toml", R"(
broker.namesrv = ["10.0.0.1:9876", "10.0.0.2:9876"]
[store]
segment_bytes = "64MiB"
flush = "sync"
reserved = 1
)")};
  EXPECT_THAT(LoadError(), HasSubstr("p.toml line 6: unknown key \"store.reserved\""));
  sources_.files = {Write("p.toml", R"(
broker.namesrv = ["10.0.0.1:9876", "10.0.0.2:9876"]
topics.auto_create = false
[store]
segment_bytes = 67108864
flush = "sync"
)")};
  const LoadedConfig loaded = Load();
  EXPECT_THAT(loaded.config.broker.name_servers, ElementsAre("10.0.0.1:9876", "10.0.0.2:9876"));
  EXPECT_FALSE(loaded.config.broker.topics_auto_create);
  EXPECT_EQ(loaded.config.store.segment_bytes, 64 << 20);
  EXPECT_EQ(loaded.config.store.flush, store::FlushMode::kSync);
  EXPECT_TRUE(loaded.config.broker.sync_flush) << "or sends are answered before the disk has them";
}

TEST_F(ConfigLoaderTest, NamesTheKeyThatWasMeantInEverySource) {
  EXPECT_THAT(ErrorOf("x.toml", "broker.listten = \"1:1\""),
              HasSubstr("x.toml line 1: unknown key \"broker.listten\"; did you mean "
                        "\"broker.listen\"?"));
  EXPECT_THAT(ErrorOf("x.conf", "brokerIp1=10.0.0.1"),
              HasSubstr("x.conf line 1: brokerIp1 = \"10.0.0.1\": unknown key; did you mean "
                        "\"brokerIP1\""));
  sources_.files.clear();
  sources_.environment = {{"PINTLE_BROKER_LISTN", "1:1"}};
  EXPECT_THAT(LoadError(), HasSubstr("did you mean \"broker.listen\"?"));
  sources_.environment.clear();
  sources_.settings = {"broker.lsiten=1:1"};
  EXPECT_THAT(LoadError(), HasSubstr("--set: unknown key \"broker.lsiten\"; did you mean"));
}

TEST_F(ConfigLoaderTest, SaysWhatIsWrongWithAValueAndWhere) {
  EXPECT_THAT(ErrorOf("x.toml", "\nstore.flush = \"maybe\""),
              HasSubstr("x.toml line 2: store.flush = \"maybe\": not a value of it; it takes async "
                        "or sync"));
  EXPECT_THAT(ErrorOf("x.toml", "a = = 1"), HasSubstr("x.toml: line 1"));
  EXPECT_THAT(ErrorOf("x.toml", "broker.id = 1.5"), HasSubstr("line 1: a value is"));
  EXPECT_THAT(ErrorOf("x.conf", "listenPort=banana"), HasSubstr("not a port from 0 to 65535"));
  sources_.files = {folder_ + "/missing.toml"};
  EXPECT_THAT(LoadError(), HasSubstr("missing.toml: there is no such file"));
  sources_.files.clear();
  sources_.settings = {"broker.id"};
  EXPECT_THAT(LoadError(), HasSubstr("--set broker.id: not of the form key=value"));
}

TEST_F(ConfigLoaderTest, ReadsRocketMqsBrokerConf) {
  sources_.files = {Write("broker.conf", R"(
# as in the distribution
brokerClusterName = DefaultCluster
brokerName = broker-x
brokerId = 0
deleteWhen = 04
fileReservedTime = 48
brokerRole = ASYNC_MASTER
flushDiskType = SYNC_FLUSH
listenPort=20911
brokerIP1=192.168.7.7
namesrvAddr=10.0.0.1:9876;10.0.0.2:9876
storePathCommitLog=/data/rocket/commitlog
storePathRootDir=/data/rocket
mappedFileSizeCommitLog=1073741824
mappedFileSizeConsumeQueue=6000000
autoCreateTopicEnable=false
maxMessageSize=65536
serverChannelMaxIdleTimeSeconds=60
sendMessageThreadPoolNums=16
)")};
  const LoadedConfig loaded = Load();
  const Config& config = loaded.config;
  EXPECT_EQ(config.broker.name, "broker-x");
  EXPECT_EQ(config.store.delete_hours.bits, 1U << 4);
  EXPECT_EQ(config.store.reserved_hours, 48);
  EXPECT_EQ(config.store.flush, store::FlushMode::kSync);
  EXPECT_TRUE(config.broker.sync_flush);
  EXPECT_EQ(config.broker_listen.ToString(), "0.0.0.0:20911");
  EXPECT_EQ(config.broker_advertise, "192.168.7.7");
  EXPECT_THAT(config.broker.name_servers, ElementsAre("10.0.0.1:9876", "10.0.0.2:9876"));
  EXPECT_EQ(config.store.path, "/data/rocket");
  EXPECT_EQ(config.store.segment_bytes, 1LL << 30);
  EXPECT_EQ(config.store.queue_file_entries, 300'000);
  EXPECT_FALSE(config.broker.topics_auto_create);
  EXPECT_EQ(config.store.message_bytes_max, 65'536);
  EXPECT_EQ(config.broker.message_bytes_max, 65'536);
  EXPECT_EQ(config.connection.idle_timeout_ms, 60'000);
  EXPECT_THAT(loaded.notes, ElementsAre(HasSubstr("broker.conf: ignored: Pintle has threads")));
  EXPECT_THAT(loaded.origins.at("store.flush"), HasSubstr("broker.conf line 9"));
}

TEST_F(ConfigLoaderTest, ReadsAListenPortForTheProgramThatTheFileIsOf) {
  sources_.files = {Write("namesrv.conf", "listenPort=19876\norderMessageEnable=true\n"),
                    Write("broker.conf", "listenPort=20911\n")};
  const Config both = Load().config;
  EXPECT_EQ(both.namesrv_listen.port, 19876);
  EXPECT_EQ(both.broker_listen.port, 20911);
  EXPECT_TRUE(both.namesrv.settings.order_topics);
  sources_.role = Role::kNamesrv;
  sources_.files = {Write("any.properties", "listenPort=19877\nwaitSecondsForService=3\n")};
  const Config namesrv = Load().config;
  EXPECT_EQ(namesrv.namesrv_listen.port, 19877);
  EXPECT_EQ(namesrv.namesrv.settings.wait_for_brokers_ms, 3'000);
}

TEST_F(ConfigLoaderTest, RefusesWhatWouldDoHarmWithoutItsFeature) {
  EXPECT_THAT(ErrorOf("x.conf", "brokerRole=SLAVE"),
              HasSubstr("not served by Pintle, only \"ASYNC_MASTER\" is: it would not follow"));
  EXPECT_THAT(ErrorOf("x.conf", "enableDLegerCommitLog=true"), HasSubstr("are not seen"));
  EXPECT_THAT(ErrorOf("x.conf", "aclEnable=true"), HasSubstr("everybody would be let in"));
  EXPECT_THAT(ErrorOf("x.conf", "storePathCommitLog=/elsewhere"), HasSubstr("make that a link"));
}

TEST_F(ConfigLoaderTest, LeavesVariablesOfAServiceNamedPintleAlone) {
  sources_.environment = {{"PINTLE_SERVICE_HOST", "10.0.0.1"},
                          {"PINTLE_PORT", "tcp://10.0.0.1:9876"},
                          {"PINTLE_PORT_9876_TCP", "tcp://10.0.0.1:9876"}};
  EXPECT_THAT(Load().origins, IsEmpty());
}

TEST_F(ConfigLoaderTest, ChecksWhatMustFitTogether) {
  sources_.settings = {"store.disk_clean_percent=95", "store.disk_full_percent=94"};
  EXPECT_THAT(LoadError(), HasSubstr("must not decrease"));
  sources_.settings = {"store.disk_clean_percent=95"};
  EXPECT_EQ(Load().config.store.disk_force_clean_percent, 95) << "what was not set follows";
  EXPECT_EQ(Load().config.store.disk_full_percent, 95);
  sources_.settings = {"store.disk_full_percent=60"};
  EXPECT_EQ(Load().config.store.disk_force_clean_percent, 60);
  EXPECT_EQ(Load().config.store.disk_clean_percent, 60);
  sources_.settings = {"store.segment_bytes=1MiB"};
  const LoadedConfig loaded = Load();
  EXPECT_LT(loaded.config.store.message_bytes_max, 1 << 20);
  EXPECT_THAT(loaded.notes, ElementsAre(HasSubstr("messages.max_body_bytes is")));
}

}  // namespace
}  // namespace pintle::main
