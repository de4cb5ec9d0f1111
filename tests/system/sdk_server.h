// A server and a producer for tests of the SDK, and a place for what listeners have seen.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "pintle/producer.h"
#include "pintle/push_consumer.h"
#include "tests/system/pintle_process.h"

namespace pintle::client {

// What listeners have seen, by any of their threads.
class Seen {
 public:
  void Add(const MessageView& message) {
    const std::lock_guard lock(mutex_);
    bodies_.push_back(message.body);
    by_queue_[message.queue].push_back(message.queue_offset);
    changed_.notify_all();
  }
  // False when it does not come to that within a minute.
  template <typename Condition>
  bool Await(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return condition(bodies_); });
  }
  bool AwaitDistinct(size_t count) {
    return Await([count](const auto& bodies) {
      return std::set<std::string>(bodies.begin(), bodies.end()).size() >= count;
    });
  }
  std::vector<std::string> bodies() {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }
  std::map<MessageQueue, std::vector<int64_t>> by_queue() {
    const std::lock_guard lock(mutex_);
    return by_queue_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> bodies_;
  std::map<MessageQueue, std::vector<int64_t>> by_queue_;
};

class SdkTest : public ::testing::Test {
 protected:
  // Further settings of the server, as "key=value".
  explicit SdkTest(const std::vector<std::string>& settings = {})
      : server_(Arguments(folder_.path() + "/data", settings)) {
    EXPECT_NE(server_.AwaitReady(), "");
    client_.name_servers = {server_.AddressOf("namesrv")};
    ProducerOptions options;
    options.client = client_;
    auto producer = Producer::Start(options);
    EXPECT_TRUE(producer);
    producer_ = *std::move(producer);
  }

  // Bodies "0", "1", ... to the queues in turn.
  void Send(int from, int to) {
    for (int i = from; i < to; ++i) {
      const auto sent = producer_->Send({.topic = "orders", .body = std::to_string(i)},
                                        [i](std::span<const MessageQueue> queues, const Message&) {
                                          return static_cast<size_t>(i) % queues.size();
                                        });
      ASSERT_TRUE(sent) << sent.error().message;
    }
  }
  PushConsumerOptions Options() const {
    PushConsumerOptions options;
    options.client = client_;
    options.group = "readers";
    options.start_from = StartFrom::kFirst;
    return options;
  }
  static std::unique_ptr<PushConsumer> Make(const PushConsumerOptions& options) {
    auto consumer = PushConsumer::Create(options);
    EXPECT_TRUE(consumer) << consumer.error().message;
    EXPECT_TRUE((*consumer)->Subscribe("orders", "*"));
    return *std::move(consumer);
  }

  static std::vector<std::string> Arguments(const std::string& folder,
                                            const std::vector<std::string>& settings) {
    auto arguments = pintle::testing::ServerArguments("start", folder);
    for (const std::string& setting : settings)
      arguments.insert(arguments.end(), {"--set", setting});
    return arguments;
  }

  pintle::testing::TemporaryFolder folder_;
  pintle::testing::PintleProcess server_;
  ClientOptions client_;
  std::unique_ptr<Producer> producer_;
};

}  // namespace pintle::client
