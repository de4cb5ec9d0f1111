// Delayed messages through kills of the broker.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <map>
#include <thread>

#include "pintle/producer.h"
#include "pintle/pull_consumer.h"
#include "tests/system/pintle_process.h"

namespace pintle::testing {
namespace {

using namespace std::chrono_literals;

constexpr int kMessages = 3'000;

// A server, and what was delivered there.
class Delivered {
 public:
  explicit Delivered(const std::string& folder) : pintle_(Arguments(folder)) {
    EXPECT_NE(pintle_.AwaitReady(), "");
  }

  void Kill() {
    reader_.reset();
    pintle_.Signal(SIGKILL);
    EXPECT_EQ(pintle_.Wait(), -SIGKILL);
  }

  void Send() {
    client::ProducerOptions options;
    options.client.name_servers = {pintle_.AddressOf("namesrv")};
    options.group = "writers";
    auto producer = client::Producer::Start(options);
    ASSERT_TRUE(producer) << producer.error().message;
    for (int i = 0; i < kMessages; ++i) {
      client::Message message;
      message.topic = "later";
      message.body = std::to_string(i);
      message.delay_level = 1 + i % 3;
      const auto sent = (*producer)->Send(message);
      ASSERT_TRUE(sent) << sent.error().message;
    }
  }

  // How often each body is there.
  std::map<std::string, int> Bodies() {
    std::map<std::string, int> bodies;
    const auto queues = Reader().Queues("later");
    if (!queues) return bodies;
    for (const client::MessageQueue& queue : *queues) {
      for (int64_t offset = 0;;) {
        const auto batch = Reader().Pull(queue, "*", offset, 32, 0);
        if (!batch || batch->messages.empty()) break;
        for (const client::MessageView& message : batch->messages) ++bodies[message.body];
        offset = batch->next_offset;
      }
    }
    return bodies;
  }

  // Waits until so many messages are there; a minute at most.
  bool Reaches(size_t count) {
    for (int i = 0; i < 600; ++i) {
      if (Bodies().size() >= count) return true;
      std::this_thread::sleep_for(100ms);
    }
    return false;
  }

 private:
  static std::vector<std::string> Arguments(const std::string& folder) {
    std::vector<std::string> arguments = ServerArguments("start", folder);
    arguments.insert(arguments.end(), {"--set", "messages.delay_levels=2s 3s 5s"});
    return arguments;
  }
  client::PullConsumer& Reader() {
    if (reader_ == nullptr) {
      client::PullConsumerOptions options;
      options.client.name_servers = {pintle_.AddressOf("namesrv")};
      options.group = "readers";
      auto reader = client::PullConsumer::Start(options);
      EXPECT_TRUE(reader) << reader.error().message;
      reader_ = *std::move(reader);
    }
    return *reader_;
  }

  PintleProcess pintle_;
  std::unique_ptr<client::PullConsumer> reader_;
};

TEST(DelayTest, EveryMessageComesOnceThroughKills) {
  const TemporaryFolder folder;
  {
    Delivered server(folder.path());
    server.Send();
    ASSERT_TRUE(server.Reaches(1));  // some are delivered, the others are not
    server.Kill();
  }
  {
    Delivered server(folder.path());
    ASSERT_TRUE(server.Reaches(kMessages / 2));
    server.Kill();
  }
  Delivered server(folder.path());
  ASSERT_TRUE(server.Reaches(kMessages));
  for (const auto& [body, times] : server.Bodies()) EXPECT_EQ(times, 1) << body;
}

}  // namespace
}  // namespace pintle::testing
