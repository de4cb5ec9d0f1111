// A topic's queues come and go while it is written and read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "admin/cluster_admin.h"
#include "tests/system/cluster.h"
#include "tests/system/flow.h"

namespace pintle::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Key;

constexpr char kTopic[] = "orders";
constexpr char kBroker[] = "broker-a";

class QueuesTest : public ::testing::Test {
 protected:
  explicit QueuesTest(std::vector<std::string> settings = {}) : cluster_(std::move(settings)) {
    cluster_.StartBroker(kBroker);
    auto admin = admin::ClusterAdmin::Connect(cluster_.client());
    EXPECT_TRUE(admin) << admin.error().message;
    admin_ = *std::move(admin);
  }

  void SetQueues(int32_t read, int32_t write, int32_t perm = 6) {
    admin::TopicSpec spec;
    spec.name = kTopic;
    spec.read_queues = read;
    spec.write_queues = write;
    spec.perm = perm;
    const auto done = admin_->CreateTopic(spec);
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_TRUE(cluster_.AwaitRoute(kTopic, kBroker, (perm & 4) != 0 ? read : 0,
                                    (perm & 2) != 0 ? write : 0));
  }
  // Until consumers hold so many queues; false after a minute.
  static bool AwaitAssigned(const Flow& flow, size_t queues) {
    for (int look = 0; look < 600; ++look) {
      if (flow.assigned() == queues) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  }
  // Until producers use so many queues; false after a minute.
  static bool AwaitUsed(Flow& flow, size_t queues) {
    for (int look = 0; look < 60; ++look) {
      const int64_t since = flow.sent();
      if (!flow.AwaitAcknowledged(100)) return false;
      if (flow.AcknowledgedByQueue(since).size() >= queues) return true;
    }
    return false;
  }
  // Until nothing acknowledged goes to queues from `from` on any more; false after a minute.
  static bool AwaitUnwritten(Flow& flow, int32_t from) {
    for (int look = 0; look < 60; ++look) {
      const int64_t since = flow.sent();
      if (!flow.AwaitAcknowledged(50)) return false;
      bool written = false;
      for (const auto& [queue, count] : flow.AcknowledgedByQueue(since))
        written = written || std::stoi(queue.substr(queue.find('/') + 1)) >= from;
      if (!written) return true;
    }
    return false;
  }

  Cluster cluster_;
  std::unique_ptr<admin::ClusterAdmin> admin_;
};

// As an administrator does it: up at once; down for writing first, and for reading when what the
// removed queues held is consumed.
TEST_F(QueuesTest, NumbersGoUpAndDownUnderLoadWithoutLoss) {
  SetQueues(4, 4);
  Flow flow(cluster_.client(), kTopic, "readers");
  flow.StartSender(2);
  flow.StartSender(2);
  flow.AddConsumer();
  flow.AddConsumer();
  ASSERT_TRUE(flow.AwaitAcknowledged(200));
  int32_t now = 4;
  for (const int32_t next : {16, 8, 2, 8}) {
    if (next > now) {
      SetQueues(next, next);
    } else {
      SetQueues(now, next);
      ASSERT_TRUE(AwaitUnwritten(flow, next)) << next;
      ASSERT_TRUE(flow.AwaitDelivered()) << flow.complaint();
      SetQueues(next, next);
    }
    EXPECT_TRUE(AwaitAssigned(flow, static_cast<size_t>(next))) << next << ": " << flow.assigned();
    EXPECT_TRUE(AwaitUsed(flow, static_cast<size_t>(next))) << next;
    now = next;
  }
  flow.StopSenders();
  EXPECT_TRUE(flow.AwaitDelivered()) << flow.complaint();
  EXPECT_EQ(flow.complaint(), "");
  EXPECT_EQ(flow.refused(), 0) << flow.last_refusal();
}

// What removed write queues hold stays readable for as long as there are read queues; what is
// hidden comes back with them, and the log tells of it meanwhile.
TEST_F(QueuesTest, WhatReadQueuesHideComesBackWithThem) {
  SetQueues(8, 8);
  Flow flow(cluster_.client(), kTopic, "readers");
  flow.StartSender(0);
  ASSERT_TRUE(flow.AwaitAcknowledged(80));
  flow.StopSenders();
  SetQueues(8, 2);
  flow.AddConsumer();
  ASSERT_TRUE(flow.AwaitDelivered()) << flow.complaint();
  flow.RemoveConsumer();

  SetQueues(8, 8);
  // The route was read again: a producer of its own sees eight queues.
  flow.StartSender(0);
  ASSERT_TRUE(flow.AwaitAcknowledged(80));
  flow.StopSenders();
  SetQueues(2, 2);
  flow.AddConsumer();
  ASSERT_TRUE(AwaitAssigned(flow, 2));
  SetQueues(8, 8);
  ASSERT_TRUE(flow.AwaitDelivered()) << flow.complaint();
  EXPECT_EQ(flow.complaint(), "");
  EXPECT_EQ(flow.duplicates(), 0);
}

// A broker's queues are closed for writing and for reading and opened again.
TEST_F(QueuesTest, PermissionsChangeUnderLoadWithoutLoss) {
  cluster_.StartBroker("broker-b");
  SetQueues(4, 4);
  ASSERT_TRUE(cluster_.AwaitRoute(kTopic, "broker-b", 4, 4));
  Flow flow(cluster_.client(), kTopic, "readers");
  flow.StartSender(3);
  flow.AddConsumer();
  ASSERT_TRUE(flow.AwaitAcknowledged(100));
  for (const int32_t perm : {4, 2, 6}) {
    admin::TopicSpec spec;
    spec.name = kTopic;
    spec.read_queues = spec.write_queues = 4;
    spec.perm = perm;
    spec.broker = kBroker;
    const auto done = admin_->CreateTopic(spec);
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_TRUE(
        cluster_.AwaitRoute(kTopic, kBroker, (perm & 4) != 0 ? 4 : 0, (perm & 2) != 0 ? 4 : 0));
    ASSERT_TRUE(flow.AwaitAcknowledged(300));
  }
  flow.StopSenders();
  EXPECT_TRUE(flow.AwaitDelivered()) << flow.complaint();
  EXPECT_EQ(flow.complaint(), "");
  EXPECT_EQ(flow.refused(), 0) << flow.last_refusal();
}

// Drained, stopped, started: producers go elsewhere before the stop, nobody sees an error.
TEST_F(QueuesTest, ABrokerLeavesGracefullyAndComesBack) {
  cluster_.StartBroker("broker-b");
  SetQueues(2, 2);
  ASSERT_TRUE(cluster_.AwaitRoute(kTopic, "broker-b", 2, 2));
  Flow flow(cluster_.client(), kTopic, "readers");
  flow.StartSender(2);
  flow.AddConsumer();
  ASSERT_TRUE(flow.AwaitAcknowledged(100));

  const auto drained = admin_->SetWritable("broker-b", false);
  ASSERT_TRUE(drained) << drained.error().message;
  EXPECT_GT(*drained, 0);
  ASSERT_TRUE(cluster_.AwaitRoute(kTopic, "broker-b", 2, 0));
  std::map<std::string, int64_t> queues;
  for (int look = 0; look < 60; ++look) {
    const int64_t since = flow.sent();
    ASSERT_TRUE(flow.AwaitAcknowledged(50));
    queues = flow.AcknowledgedByQueue(since);
    if (!queues.contains("broker-b/0") && !queues.contains("broker-b/1")) break;
  }
  EXPECT_THAT(queues, ::testing::Each(Key(HasSubstr("broker-a"))));
  ASSERT_TRUE(flow.AwaitDelivered()) << flow.complaint();
  cluster_.StopBroker("broker-b");
  ASSERT_TRUE(cluster_.AwaitRoute(kTopic, "broker-b", -1, -1));
  ASSERT_TRUE(flow.AwaitAcknowledged(100));

  cluster_.StartBroker("broker-b");
  ASSERT_TRUE(cluster_.AwaitRoute(kTopic, "broker-b", 2, 2));
  EXPECT_TRUE(AwaitAssigned(flow, 4));
  EXPECT_TRUE(AwaitUsed(flow, 4));
  // Drained and given back without a stop.
  ASSERT_TRUE(admin_->SetWritable("broker-b", false));
  ASSERT_TRUE(cluster_.AwaitRoute(kTopic, "broker-b", 2, 0));
  ASSERT_TRUE(admin_->SetWritable("broker-b", true));
  ASSERT_TRUE(cluster_.AwaitRoute(kTopic, "broker-b", 2, 2));
  const auto unknown = admin_->SetWritable("broker-x", false);
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("broker-x"));

  flow.StopSenders();
  EXPECT_TRUE(flow.AwaitDelivered()) << flow.complaint();
  EXPECT_EQ(flow.complaint(), "");
  EXPECT_EQ(flow.refused(), 0) << flow.last_refusal();
}

// One of two brokers that share a topic is killed again and again under load; it comes back with
// what it has acknowledged.
TEST_F(QueuesTest, ABrokerThatIsKilledLosesNothingAcknowledged) {
  cluster_.StartBroker("broker-b");
  SetQueues(4, 4);
  ASSERT_TRUE(cluster_.AwaitRoute(kTopic, "broker-b", 4, 4));
  Flow flow(cluster_.client(), kTopic, "readers");
  flow.StartSender(5);
  flow.StartSender(5);
  flow.AddConsumer();
  flow.AddConsumer();
  for (const char* victim : {"broker-b", "broker-a", "broker-b"}) {
    ASSERT_TRUE(flow.AwaitAcknowledged(300));
    cluster_.KillBroker(victim);
    ASSERT_TRUE(flow.AwaitAcknowledged(300));
    cluster_.StartBroker(victim);
    ASSERT_TRUE(cluster_.AwaitRoute(kTopic, victim, 4, 4));
  }
  ASSERT_TRUE(flow.AwaitAcknowledged(100));
  flow.StopSenders();
  EXPECT_TRUE(flow.AwaitDelivered()) << flow.complaint();
  EXPECT_EQ(flow.complaint(), "");
  EXPECT_EQ(flow.refused(), 0) << flow.last_refusal();
}

// The order of each queue holds, at the broker and at the consumer, through the same kills.
TEST_F(QueuesTest, OrderHoldsThroughKills) {
  cluster_.StartBroker("broker-b");
  SetQueues(2, 2);
  ASSERT_TRUE(cluster_.AwaitRoute(kTopic, "broker-b", 2, 2));
  Flow flow(cluster_.client(), kTopic, "readers");
  for (const char* broker : {"broker-a", "broker-b"})
    for (const int32_t id : {0, 1}) flow.StartOrderedSender({kTopic, broker, id});
  flow.AddOrderedConsumer();
  for (const char* victim : {"broker-b", "broker-a"}) {
    ASSERT_TRUE(flow.AwaitAcknowledged(300));
    cluster_.KillBroker(victim);
    ASSERT_TRUE(flow.AwaitAcknowledged(100));
    cluster_.StartBroker(victim);
    ASSERT_TRUE(cluster_.AwaitRoute(kTopic, victim, 2, 2));
  }
  ASSERT_TRUE(flow.AwaitAcknowledged(200));
  flow.StopSenders();
  EXPECT_TRUE(flow.AwaitDelivered()) << flow.complaint();
  EXPECT_EQ(flow.complaint(), "");
}

class QueuePolicyTest : public QueuesTest {
 protected:
  QueuePolicyTest() : QueuesTest({"topics.policy_interval_ms=50", "topics.policy_quiet_ms=2s"}) {}
};

// Consumers fall behind: queues are added. They catch up: queues are drained and closed, while
// messages flow.
TEST_F(QueuePolicyTest, QueuesFollowTheBacklogUnderLoadWithoutLoss) {
  admin::TopicSpec spec;
  spec.name = kTopic;
  spec.read_queues = spec.write_queues = 2;
  spec.attributes = {
      {"pintle.queues.least", "2"}, {"pintle.queues.most", "8"}, {"pintle.queues.backlog", "1000"}};
  const auto made = admin_->CreateTopic(spec);
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_TRUE(cluster_.AwaitRoute(kTopic, kBroker, 2, 2));
  Flow flow(cluster_.client(), kTopic, "readers");
  flow.SetListenerMs(100);
  flow.AddConsumer();
  flow.StartSender(2);
  flow.StartSender(2);
  ASSERT_TRUE(cluster_.AwaitRoute(kTopic, kBroker, 8, 8));
  EXPECT_TRUE(AwaitUsed(flow, 8));
  flow.StopSenders();
  flow.SetListenerMs(0);
  flow.StartSender(2);
  ASSERT_TRUE(cluster_.AwaitRoute(kTopic, kBroker, 2, 2));
  ASSERT_TRUE(flow.AwaitAcknowledged(100));
  flow.StopSenders();
  EXPECT_TRUE(flow.AwaitDelivered()) << flow.complaint();
  EXPECT_EQ(flow.complaint(), "");
  EXPECT_EQ(flow.refused(), 0) << flow.last_refusal();
}

}  // namespace
}  // namespace pintle::testing
