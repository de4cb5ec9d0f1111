#include "broker/name_server_registrar.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "broker/sim_broker_testing.h"
#include "remoting/bodies/kv_table.h"
#include "remoting/bodies/register_broker.h"
#include "remoting/protocol/register_broker.h"
#include "remoting/protocol/unregister_broker.h"
#include "remoting/protocol/update_and_create_topic.h"

namespace pintle::broker {
namespace {

using remoting::Access;
using remoting::Call;
using remoting::Reply;
using remoting::ResponseCode;

// What a name server was told.
struct Heard {
  std::vector<remoting::RegisterBrokerRequest> registrations;
  std::vector<remoting::RegisterBrokerBody> bodies;
  int leaves = 0;
  bool refuses = false;
  int64_t thinks_ms = 0;  // before it answers
  std::map<std::string, std::string> ordered_topics;
};

struct HearRegister {
  static constexpr int32_t kCode = remoting::request_code::kRegisterBroker;
  static constexpr Access kAccess = Access::kInternal;
  using Request = remoting::RegisterBrokerRequest;
  using Response = remoting::RegisterBrokerResponse;
  static net::Task<Reply<Response>> Handle(Heard& heard, Call<Request> call) {
    if (heard.refuses) co_return Reply<Response>(ResponseCode::kSystemError, "not now");
    auto body =
        remoting::DecodeRegisterBroker(call.body, call.request.compressed, call.head.version);
    if (!body) co_return Reply<Response>(ResponseCode::kSystemError, body.error().message);
    if (heard.thinks_ms > 0) co_await net::Sleep(call.session->loop(), heard.thinks_ms);
    heard.registrations.push_back(call.request);
    heard.bodies.push_back(*std::move(body));
    Reply<Response> answer;
    answer.body.owned = remoting::EncodeKvTable(heard.ordered_topics);
    co_return std::move(answer);
  }
};

struct HearLeave {
  static constexpr int32_t kCode = remoting::request_code::kUnregisterBroker;
  static constexpr Access kAccess = Access::kInternal;
  using Request = remoting::UnregisterBrokerRequest;
  using Response = remoting::NoFields;
  static Reply<Response> Handle(Heard& heard, const Call<Request>&) {
    ++heard.leaves;
    return {};
  }
};

class RegistrarTest : public ::testing::Test {
 protected:
  static BrokerOptions Options() {
    BrokerOptions options;
    options.name_servers = {"namesrv:9876"};
    return options;
  }
  // The name server begins to listen only now: the broker has started without it.
  void StartNameServer() {
    protocol_ = remoting::RemotingServer::Create(table_, nullptr, {.name = "name server"});
    loops_ = {&sim_->scheduler().AddLoop("namesrv")};
    server_ = net::Server::Create(sim_->network(), loops_, {protocol_.get()},
                                  {.listen = {"namesrv", 9876}, .limits = {}});
    ASSERT_TRUE(server_->Start());
  }
  int64_t Now() const { return sim_->scheduler().clock().MonotonicMs(); }
  static remoting::Request CreateTopic(const std::string& name) {
    remoting::UpdateAndCreateTopicRequest request;
    request.topic = name;
    request.read_queues = request.write_queues = 4;
    request.perm = model::kPermRead | model::kPermWrite;
    return remoting::MakeRequest(remoting::request_code::kUpdateAndCreateTopic, request);
  }
  bool Knows(const std::string& topic) const {
    return std::ranges::any_of(heard_.bodies, [&](const remoting::RegisterBrokerBody& body) {
      return body.topics.topics.contains(topic);
    });
  }
  void StopNameServer() {
    bool closed = false;
    server_->BeginStop(0, [&closed] { closed = true; });
    ASSERT_TRUE(sim_->scheduler().RunUntil([&] { return closed; }, 10'000));
  }

  Heard heard_;
  remoting::DispatchTable table_ =
      remoting::DispatchTable::Of<remoting::HandlerList<HearRegister, HearLeave>>(heard_);
  std::unique_ptr<SimBroker> sim_ = std::make_unique<SimBroker>(Options());
  std::array<net::Loop*, 1> loops_{};
  std::unique_ptr<remoting::RemotingServer> protocol_;
  std::unique_ptr<net::Server> server_;
};

TEST_F(RegistrarTest, RegistersSoonAfterTheNameServerIsThere) {
  sim_->scheduler().RunFor(1'000);
  StartNameServer();
  sim_->scheduler().RunFor(5'000);
  ASSERT_EQ(heard_.registrations.size(), 1u);
  const auto& registration = heard_.registrations.front();
  EXPECT_EQ(registration.broker_name, "broker-a");
  EXPECT_EQ(registration.cluster_name, "DefaultCluster");
  EXPECT_EQ(registration.broker_address, "broker-a:10911");
  EXPECT_EQ(registration.ha_server_address, "broker-a:10912");
  EXPECT_NE(registration.body_crc32, 0);
  EXPECT_EQ(heard_.bodies.front().topics.topics.size(), sim_->broker().topics().size());
  StopNameServer();
}

TEST_F(RegistrarTest, RegistersAgainAndAgain) {
  StartNameServer();
  sim_->scheduler().RunFor(65'000);
  EXPECT_GE(heard_.registrations.size(), 3u);
  StopNameServer();
}

TEST_F(RegistrarTest, ANewTopicIsToldAtOnceAndAlone) {
  StartNameServer();
  sim_->scheduler().RunFor(2'000);
  heard_.bodies.clear();
  const auto client = sim_->Connect("client");
  client->Invoke(SendRequest({.topic = "fresh"}));
  sim_->scheduler().RunFor(100);
  ASSERT_EQ(heard_.bodies.size(), 1u);
  const auto& topics = heard_.bodies.front().topics;
  ASSERT_EQ(topics.topics.size(), 1u);
  EXPECT_EQ(topics.topics.at("fresh").write_queues, 4);
  EXPECT_EQ(topics.version, sim_->broker().topics().version());
  StopNameServer();
}

// Who made a topic asks for its route next, maybe from another program.
TEST_F(RegistrarTest, ATopicThatIsAnsweredForIsKnownToTheNameServer) {
  StartNameServer();
  sim_->scheduler().RunFor(2'000);
  heard_.thinks_ms = 300;
  const auto client = sim_->Connect("client");
  const auto created = client->Invoke(CreateTopic("made"));
  ASSERT_EQ(created->code(), ResponseCode::kSuccess) << created->command.remark;
  EXPECT_TRUE(Knows("made"));
  const auto sent = client->Invoke(SendRequest({.topic = "inherited"}));
  ASSERT_EQ(sent->code(), ResponseCode::kSuccess) << sent->command.remark;
  EXPECT_TRUE(Knows("inherited"));
  StopNameServer();
}

TEST_F(RegistrarTest, ANameServerThatDoesNotAnswerIsWaitedForBriefly) {
  StartNameServer();
  sim_->scheduler().RunFor(2'000);
  heard_.thinks_ms = 20'000;
  const auto client = sim_->Connect("client");
  const int64_t before_ms = Now();
  const auto created = client->Invoke(CreateTopic("made"));
  EXPECT_EQ(created->code(), ResponseCode::kSuccess) << created->command.remark;
  EXPECT_GE(Now() - before_ms, 1'000);
  EXPECT_LT(Now() - before_ms, 3'000);
  // Everything that it thinks about ends before it does.
  heard_.thinks_ms = 0;
  sim_->scheduler().RunFor(60'000);
  StopNameServer();
}

TEST_F(RegistrarTest, ANameServerThatIsAwayIsNotWaitedFor) {
  sim_->scheduler().RunFor(2'000);
  const auto client = sim_->Connect("client");
  const int64_t before_ms = Now();
  const auto created = client->Invoke(CreateTopic("made"));
  EXPECT_EQ(created->code(), ResponseCode::kSuccess) << created->command.remark;
  EXPECT_LT(Now() - before_ms, 500);
}

TEST_F(RegistrarTest, ANameServerThatRefusedGetsEverythingLater) {
  heard_.refuses = true;
  StartNameServer();
  sim_->scheduler().RunFor(3'000);
  EXPECT_TRUE(heard_.bodies.empty());
  heard_.refuses = false;
  sim_->scheduler().RunFor(10'000);
  ASSERT_FALSE(heard_.bodies.empty());
  EXPECT_EQ(heard_.bodies.front().topics.topics.size(), sim_->broker().topics().size());
  StopNameServer();
}

TEST_F(RegistrarTest, OrderedTopicsAreTakenFromTheAnswer) {
  heard_.ordered_topics = {{"BenchmarkTest", "broker-a:4"}};
  StartNameServer();
  sim_->scheduler().RunFor(2'000);
  EXPECT_TRUE(sim_->broker().topics().IsOrdered("BenchmarkTest"));
  StopNameServer();
}

TEST_F(RegistrarTest, TakesLeaveAtTheEnd) {
  StartNameServer();
  sim_->scheduler().RunFor(2'000);
  sim_->Restart();
  EXPECT_EQ(heard_.leaves, 1);
  StopNameServer();
}

// Whoever waits for a name server when the broker stops is answered before the connection goes.
TEST_F(RegistrarTest, AStopAnswersWhoWaitsForANameServer) {
  StartNameServer();
  sim_->scheduler().RunFor(2'000);
  heard_.thinks_ms = 1'500;
  const auto client = sim_->Connect("client");
  const auto created = client->Begin(CreateTopic("made"));
  const auto sent = client->Begin(SendRequest({.topic = "inherited"}));
  sim_->scheduler().RunFor(100);
  ASSERT_EQ(*created, nullptr) << "it waits";
  ASSERT_EQ(*sent, nullptr) << "it waits";
  sim_->StopBroker();
  ASSERT_NE(*created, nullptr);
  EXPECT_EQ((*created)->code(), ResponseCode::kSuccess) << (*created)->command.remark;
  ASSERT_NE(*sent, nullptr);
  EXPECT_EQ((*sent)->code(), ResponseCode::kSuccess) << (*sent)->command.remark;
  EXPECT_TRUE(Knows("made")) << "a registration under way is waited for";
  EXPECT_EQ(heard_.leaves, 1);
  sim_->StartBroker();
  EXPECT_NE(sim_->broker().topics().Find("inherited"), nullptr);
  heard_.thinks_ms = 0;
  sim_->scheduler().RunFor(10'000);
  StopNameServer();
}

TEST_F(RegistrarTest, StopsWithoutANameServer) {
  const int64_t before_ms = sim_->scheduler().clock().MonotonicMs();
  sim_->Restart();
  EXPECT_LT(sim_->scheduler().clock().MonotonicMs() - before_ms, 10'000);
}

}  // namespace
}  // namespace pintle::broker
