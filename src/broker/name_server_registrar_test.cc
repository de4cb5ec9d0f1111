#include "broker/name_server_registrar.h"

#include <gtest/gtest.h>

#include "broker/sim_broker_testing.h"
#include "remoting/bodies/kv_table.h"
#include "remoting/bodies/register_broker.h"
#include "remoting/protocol/register_broker.h"
#include "remoting/protocol/unregister_broker.h"

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
  std::map<std::string, std::string> ordered_topics;
};

struct HearRegister {
  static constexpr int32_t kCode = remoting::request_code::kRegisterBroker;
  static constexpr Access kAccess = Access::kInternal;
  using Request = remoting::RegisterBrokerRequest;
  using Response = remoting::RegisterBrokerResponse;
  static Reply<Response> Handle(Heard& heard, const Call<Request>& call) {
    if (heard.refuses) return {ResponseCode::kSystemError, "not now"};
    auto body =
        remoting::DecodeRegisterBroker(call.body, call.request.compressed, call.head.version);
    if (!body) return {ResponseCode::kSystemError, body.error().message};
    heard.registrations.push_back(call.request);
    heard.bodies.push_back(*std::move(body));
    Reply<Response> answer;
    answer.body.owned = remoting::EncodeKvTable(heard.ordered_topics);
    return answer;
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

TEST_F(RegistrarTest, StopsWithoutANameServer) {
  const int64_t before_ms = sim_->scheduler().clock().MonotonicMs();
  sim_->Restart();
  EXPECT_LT(sim_->scheduler().clock().MonotonicMs() - before_ms, 10'000);
}

}  // namespace
}  // namespace pintle::broker
