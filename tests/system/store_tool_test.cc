// `pintle store` as an operator calls it: exit codes, text and JSON, on stores of ours and of RocketMQ.
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include "pintle/producer.h"
#include "tests/paths.h"
#include "tests/system/pintle_process.h"

namespace pintle::testing {
namespace {

using ::testing::HasSubstr;

struct Outcome {
  int code = 0;
  std::string output;
  std::string errors;
};

Outcome Store(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "store");
  PintleProcess process(std::move(arguments));
  Outcome out;
  out.code = process.Wait();
  out.output = process.output();
  out.errors = process.errors();
  return out;
}

boost::json::object Json(const Outcome& outcome) {
  boost::system::error_code error;
  const auto value = boost::json::parse(outcome.output, error);
  EXPECT_FALSE(error) << outcome.output << outcome.errors;
  return error || !value.is_object() ? boost::json::object() : value.as_object();
}

TEST(StoreToolTest, RefusesAStoreThatIsServedAndTakesItAfterwards) {
  const TemporaryFolder folder;
  PintleProcess broker(ServerArguments("start", folder.path()));
  ASSERT_NE(broker.AwaitReady(), "");
  {
    client::ProducerOptions options;
    options.client.name_servers = {broker.AddressOf("namesrv")};
    const auto producer = client::Producer::Start(std::move(options));
    ASSERT_TRUE(producer);
    for (int i = 0; i < 3; ++i)
      ASSERT_TRUE((*producer)->Send({.topic = "orders", .body = "body", .keys = {"k"}}));
  }
  for (const char* task : {"inspect", "dump", "verify", "repair"}) {
    const Outcome outcome = Store({task, folder.path()});
    EXPECT_EQ(outcome.code, 3) << task;
    EXPECT_THAT(outcome.errors, HasSubstr(std::to_string(broker.pid()))) << task;
  }
  broker.Signal(SIGTERM);
  ASSERT_EQ(broker.Wait(), 0) << broker.errors();

  EXPECT_EQ(Store({"inspect", folder.path()}).code, 0);
  EXPECT_EQ(Json(Store({"verify", folder.path(), "-o", "json"}))["records"].as_int64(), 3);
  const Outcome dump = Store({"dump", folder.path(), "--topic", "orders", "--count", "2"});
  EXPECT_EQ(dump.code, 0);
  EXPECT_THAT(dump.output, HasSubstr("orders"));
  EXPECT_EQ(Json(Store({"repair", folder.path(), "-o", "json"}))["queueEntries"].as_int64(), 3);

  std::fstream log(folder.path() + "/store/commitlog/00000000000000000000",
                   std::ios::in | std::ios::out | std::ios::binary);
  log.seekp(100);
  log.put('\x7f');
  log.close();
  const Outcome damaged = Store({"verify", folder.path()});
  EXPECT_EQ(damaged.code, 1);
  EXPECT_THAT(damaged.output, HasSubstr("00000000000000000000"));
}

TEST(StoreToolTest, SaysThatThereIsNoStore) {
  const TemporaryFolder folder;
  EXPECT_EQ(Store({"verify", folder.path()}).code, 2);
  EXPECT_EQ(Store({"verify"}).code, 2);
}

class JavaStoreToolTest : public ::testing::TestWithParam<const char*> {};

TEST_P(JavaStoreToolTest, ShowsChecksAndRepairs) {
  const TemporaryFolder folder;
  const std::string archive = SourceDir() + "/tests/golden/stores/" + GetParam() + ".tar.xz";
  const std::string unpack = "tar -xJf '" + archive + "' -C '" + folder.path() + "'";
  ASSERT_EQ(system(unpack.c_str()), 0) << unpack;
  const std::string store = folder.path() + "/store";
  const Outcome inspected = Store({"inspect", store, "-o", "json"});
  EXPECT_EQ(inspected.code, 0) << inspected.errors;
  EXPECT_FALSE(Json(inspected).empty());
  EXPECT_EQ(Store({"inspect", store}).code, 0);
  const Outcome dumped = Store({"dump", store, "-o", "json", "--count", "1"});
  EXPECT_EQ(dumped.code, 0) << dumped.errors;
  EXPECT_FALSE(Json(dumped).empty());
  EXPECT_EQ(Store({"verify", store}).code, 0);
  EXPECT_EQ(Store({"repair", store}).code, 0);
  EXPECT_EQ(Store({"verify", store}).code, 0);
}

INSTANTIATE_TEST_SUITE_P(Java, JavaStoreToolTest,
                         ::testing::Values("java-4.9.7-stopped", "java-5.5.0-killed"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::ranges::replace_if(
                               name, [](char c) { return c == '-' || c == '.'; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace pintle::testing
