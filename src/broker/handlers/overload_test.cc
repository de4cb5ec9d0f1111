// A broker's bounds: what is told past them, and that others go on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/sim_broker_testing.h"
#include "remoting/protocol/update_and_create_topic.h"

namespace pintle::broker {
namespace {

using remoting::ResponseCode;
using ::testing::AllOf;
using ::testing::HasSubstr;

class OverloadTest : public ::testing::Test {
 protected:
  void Open(BrokerOptions options, store::StoreOptions store = {}) {
    sim_ = std::make_unique<SimBroker>(std::move(options), std::move(store));
    client_ = sim_->Connect("client");
  }
  ~OverloadTest() override { client_.reset(); }

  Answered Create(const std::string& topic, int32_t queues) {
    remoting::UpdateAndCreateTopicRequest request;
    request.topic = topic;
    request.read_queues = request.write_queues = queues;
    request.perm = 6;
    return client_->Invoke(MakeRequest(remoting::request_code::kUpdateAndCreateTopic, request));
  }
  static std::string RemarkOf(const Answered& answer) {
    return std::string(answer->command.remark);
  }

  std::unique_ptr<SimBroker> sim_;
  std::unique_ptr<SimClient> client_;
};

TEST_F(OverloadTest, ASendWakesOnlyThePullsOfItsQueue) {
  constexpr int32_t kQueues = 1'000;
  constexpr int kPullsOfEach = 10;
  Open({});
  ASSERT_EQ(Create("orders", kQueues)->code(), ResponseCode::kSuccess);
  std::vector<std::shared_ptr<Answered>> answers;
  for (int32_t id = 0; id < kQueues; ++id) {
    for (int i = 0; i < kPullsOfEach; ++i)
      answers.push_back(client_->Begin(PullRequestFor({.queue_id = id, .suspend_ms = 3'000'000})));
  }
  const Arrivals& arrivals = sim_->broker().arrivals();
  ASSERT_TRUE(
      sim_->scheduler().RunUntil([&] { return arrivals.held() == answers.size(); }, 60'000));
  ASSERT_EQ(client_->Invoke(SendRequest({.queue_id = 7}))->code(), ResponseCode::kSuccess);
  sim_->scheduler().RunFor(1'000);
  EXPECT_EQ(arrivals.woken(), size_t{kPullsOfEach});
  EXPECT_EQ(arrivals.held(), answers.size() - kPullsOfEach);
  for (size_t i = 0; i < answers.size(); ++i)
    EXPECT_EQ(*answers[i] != nullptr, i / kPullsOfEach == 7) << i;
}

TEST_F(OverloadTest, PullsPastTheBoundAreToldSoAndHeldOnesStay) {
  BrokerOptions options;
  options.held_pulls_max = 3;
  Open(options);
  ASSERT_EQ(Create("orders", 4)->code(), ResponseCode::kSuccess);
  std::vector<std::shared_ptr<Answered>> held;
  for (int i = 0; i < 3; ++i)
    held.push_back(client_->Begin(PullRequestFor({.suspend_ms = 30'000})));
  ASSERT_TRUE(
      sim_->scheduler().RunUntil([&] { return sim_->broker().arrivals().held() == 3; }, 1'000));
  const auto refused =
      client_->Invoke(PullRequestFor({.queue_id = 1, .suspend_ms = 30'000}), 1'000);
  EXPECT_EQ(refused->code(), ResponseCode::kSystemBusy);
  EXPECT_THAT(RemarkOf(refused),
              AllOf(HasSubstr("holds 3"), HasSubstr("limit is 3 (pull.held_max)"),
                    HasSubstr("pull again later")));
  ASSERT_EQ(client_->Invoke(SendRequest({}))->code(), ResponseCode::kSuccess);
  sim_->scheduler().RunFor(100);
  for (const auto& answer : held) {
    ASSERT_NE(*answer, nullptr);
    EXPECT_EQ((*answer)->code(), ResponseCode::kSuccess);
  }
  EXPECT_EQ(client_->Invoke(PullRequestFor({}))->code(), ResponseCode::kSuccess) << "there is room";
}

TEST_F(OverloadTest, QueuesPastTheBoundAreNotMade) {
  BrokerOptions options;
  options.queues_max = 2'000;
  Open(options);
  const int64_t own = sim_->broker().topics().queue_count();
  ASSERT_LT(own, 1'900);
  const auto left = static_cast<int32_t>(2'000 - own);
  const auto refused = Create("orders", left + 1);
  EXPECT_EQ(refused->code(), ResponseCode::kServiceNotAvailable);
  EXPECT_THAT(RemarkOf(refused),
              AllOf(HasSubstr("2001"), HasSubstr("limit is 2000 (topics.queues_max)"),
                    HasSubstr("another broker")));
  ASSERT_EQ(Create("orders", left)->code(), ResponseCode::kSuccess);
  EXPECT_EQ(sim_->broker().topics().queue_count(), 2'000);
  const auto sent = client_->Invoke(SendRequest({.topic = "others"}));
  EXPECT_EQ(sent->code(), ResponseCode::kServiceNotAvailable) << "clients try another broker";
  EXPECT_FALSE(sim_->broker().topics().Contains("others"));
  EXPECT_EQ(client_->Invoke(SendRequest({.queue_id = left - 1}))->code(), ResponseCode::kSuccess);
  // Smaller, and after a restart: what counts is what is there.
  ASSERT_EQ(Create("orders", left - 8)->code(), ResponseCode::kSuccess);
  sim_->Restart();
  EXPECT_EQ(sim_->broker().topics().queue_count(), 1'992);
  EXPECT_EQ(client_->Invoke(SendRequest({.topic = "others"}))->code(), ResponseCode::kSuccess);
}

// While the disk stalls some messages wait in memory; past their bound senders are told at once.
TEST_F(OverloadTest, SendsPastTheBoundAreToldSoAndThoseThatWaitAreStored) {
  BrokerOptions options;
  options.held_sends_bytes = 3'000;
  store::StoreOptions store;
  store.flush_bytes_max = 8'192;
  Open(options, store);
  std::vector<std::shared_ptr<Answered>> answers;
  for (int i = 0; i < 40; ++i)
    answers.push_back(client_->Begin(SendRequest({.body = std::string(1'000, 'x')})));
  sim_->scheduler().RunFor(500);
  const size_t waiting = sim_->broker().room().waiting();
  EXPECT_GE(waiting, 1u);
  EXPECT_LE(waiting, 3u);
  size_t refused = 0;
  for (const auto& answer : answers) {
    if (*answer == nullptr || (*answer)->code() == ResponseCode::kSuccess) continue;
    ++refused;
    ASSERT_EQ((*answer)->code(), ResponseCode::kSystemBusy);
    EXPECT_THAT(RemarkOf(*answer), AllOf(HasSubstr("nothing was stored: send again"),
                                         HasSubstr("the limit is 3000 (messages.held_bytes_max)")));
  }
  EXPECT_GT(refused, 10u);
  for (int i = 0; i < 3; ++i) {
    sim_->RunStoreUpkeep();
    sim_->scheduler().RunFor(10);
  }
  size_t stored = 0;
  for (const auto& answer : answers)
    stored += *answer != nullptr && (*answer)->code() == ResponseCode::kSuccess ? 1 : 0;
  EXPECT_EQ(stored + refused, answers.size()) << "what waited was stored";
}

}  // namespace
}  // namespace pintle::broker
