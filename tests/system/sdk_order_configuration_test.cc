// A topic's order configuration and the SDK, against the binary.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "pintle/producer.h"
#include "tests/system/pintle_process.h"

namespace pintle::client {
namespace {

using ::testing::HasSubstr;

// Also while one of its brokers is away: messages with one key keep their queue.
TEST(SdkOrderConfigurationTest, SaysWhereMessagesGo) {
  const pintle::testing::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() + "/namesrv");
  std::ofstream(folder.path() + "/namesrv/kvConfig.json")
      << R"({"configTable":{"ORDER_TOPIC_CONFIG":{"orders":"broker-gone:1;broker-a:2"}}})";
  auto arguments = pintle::testing::ServerArguments("start", folder.path());
  arguments.insert(arguments.end(),
                   {"--set", "namesrv.order_topics=true", "--set", "broker.name=broker-a"});
  pintle::testing::PintleProcess server(std::move(arguments));
  ASSERT_NE(server.AwaitReady(), "");
  ProducerOptions options;
  options.client.name_servers = {server.AddressOf("namesrv")};
  options.client.route_refresh_ms = 100;
  const auto producer = Producer::Start(options);
  ASSERT_TRUE(producer);
  ASSERT_TRUE((*producer)->Send({.topic = "orders", .body = "makes the topic"}));
  const std::vector<MessageQueue> expected = {
      {"orders", "broker-gone", 0}, {"orders", "broker-a", 0}, {"orders", "broker-a", 1}};
  auto queues = (*producer)->Queues("orders");
  for (int look = 0; look < 600 && (!queues || *queues != expected); ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    queues = (*producer)->Queues("orders");
  }
  ASSERT_TRUE(queues);
  EXPECT_EQ(*queues, expected);

  const auto to = [](size_t index) {
    return [index](std::span<const MessageQueue>, const Message&) { return index; };
  };
  const auto sent = (*producer)->Send({.topic = "orders", .body = "there"}, to(2));
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_EQ(sent->queue, expected[2]);
  const auto gone = (*producer)->Send({.topic = "orders", .body = "not there"}, to(0));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(gone.error().message, HasSubstr("broker-gone"));
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE((*producer)->Send({.topic = "orders", .body = "anywhere"})) << i;
}

}  // namespace
}  // namespace pintle::client
