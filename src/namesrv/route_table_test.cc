#include "namesrv/route_table.h"

#include <gmock/gmock.h>

namespace pintle::namesrv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr char kCluster[] = "c1";

model::TopicConfig Topic(std::string name, int32_t queues = 4) {
  model::TopicConfig config;
  config.name = std::move(name);
  config.read_queues = config.write_queues = queues;
  return config;
}

Registration Broker(std::string name, std::string address, int64_t id = 0) {
  Registration registration;
  registration.cluster = kCluster;
  registration.broker_name = std::move(name);
  registration.address = std::move(address);
  registration.broker_id = id;
  registration.ha_address = "ha-of-" + registration.address;
  registration.enable_acting_master = false;
  registration.version.counter = 1;
  registration.topics = {Topic("orders"), Topic("payments")};
  return registration;
}

class RouteTableTest : public ::testing::Test {
 protected:
  RegistrationAnswer Register(const Registration& registration, int64_t now_ms = 0) {
    auto answer = table_.Register(registration, rules_, now_ms);
    EXPECT_TRUE(answer) << answer.error().message;
    return answer.value_or(RegistrationAnswer{});
  }
  model::TopicRoute Route(const std::string& topic) {
    auto route = table_.Find(topic, false);
    EXPECT_TRUE(route) << topic;
    return route.value_or(model::TopicRoute{});
  }

  RouteTable table_;
  RegistrationRules rules_;
};

TEST_F(RouteTableTest, GivesQueuesAndAddressesOfARegisteredBroker) {
  Register(Broker("a", "10.0.0.1:10911"));
  const model::TopicRoute route = Route("orders");
  ASSERT_EQ(route.queues.size(), 1u);
  EXPECT_EQ(route.queues[0].broker_name, "a");
  EXPECT_EQ(route.queues[0].write_queues, 4);
  ASSERT_EQ(route.brokers.size(), 1u);
  EXPECT_EQ(route.brokers[0].cluster, kCluster);
  EXPECT_THAT(route.brokers[0].addresses, ElementsAre(Pair(0, "10.0.0.1:10911")));
  EXPECT_FALSE(table_.Find("missing", false));
}

TEST_F(RouteTableTest, RefusesAFirstRegistrationWithOneTopic) {
  Registration one = Broker("a", "10.0.0.1:10911");
  one.topics.resize(1);
  const auto answer = table_.Register(one, rules_, 0);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("register broker failed"));
  EXPECT_THAT(table_.Clusters().clusters, IsEmpty());

  Register(Broker("a", "10.0.0.1:10911"));
  one.topics = {Topic("increment")};
  one.version.counter = 2;
  Register(one);
  EXPECT_EQ(Route("increment").queues.size(), 1u);
  EXPECT_EQ(Route("orders").queues.size(), 1u) << "an increment takes nothing away";
}

TEST_F(RouteTableTest, KeepsTheVersionWhenNothingChanges) {
  const Registration broker = Broker("a", "10.0.0.1:10911");
  Register(broker);
  const uint64_t version = table_.version();
  Register(broker, 1'000);
  EXPECT_EQ(table_.version(), version);
}

TEST_F(RouteTableTest, TakesChangedTopicsOnlyWithANewDataVersion) {
  Registration broker = Broker("a", "10.0.0.1:10911");
  Register(broker);
  broker.topics[0].write_queues = 8;
  Register(broker);
  EXPECT_EQ(Route("orders").queues[0].write_queues, 4);
  broker.version.counter = 2;
  Register(broker);
  EXPECT_EQ(Route("orders").queues[0].write_queues, 8);
}

TEST_F(RouteTableTest, BringsADeletedTopicBackWithTheNextRegistration) {
  const Registration broker = Broker("a", "10.0.0.1:10911");
  Register(broker);
  table_.DeleteTopic("orders");
  EXPECT_FALSE(table_.Find("orders", false));
  Register(broker);
  EXPECT_TRUE(table_.Find("orders", false));
}

TEST_F(RouteTableTest, DropsTopicsThatARegistrationDoesNotNameOnlyWhenTold) {
  Registration broker = Broker("a", "10.0.0.1:10911");
  Register(broker);
  broker.topics = {Topic("payments"), Topic("refunds")};
  broker.version.counter = 2;
  Register(broker);
  EXPECT_TRUE(table_.Find("orders", false));
  rules_.delete_missing_topics = true;
  Register(broker);
  EXPECT_FALSE(table_.Find("orders", false));
  EXPECT_TRUE(table_.Find("refunds", false));
}

TEST_F(RouteTableTest, TellsASlaveWhereItsMasterIs) {
  EXPECT_EQ(Register(Broker("a", "10.0.0.2:10911", 1)).master_address, "");
  Register(Broker("a", "10.0.0.1:10911", 0));
  const RegistrationAnswer answer = Register(Broker("a", "10.0.0.2:10911", 1));
  EXPECT_EQ(answer.master_address, "10.0.0.1:10911");
  EXPECT_EQ(answer.master_ha_address, "ha-of-10.0.0.1:10911");
}

TEST_F(RouteTableTest, KeepsOneIdPerAddressWhenASlaveBecomesTheMaster) {
  Register(Broker("a", "10.0.0.1:10911", 1));
  Register(Broker("a", "10.0.0.1:10911", 0));
  EXPECT_THAT(table_.Members("a"), ElementsAre(Pair(0, "10.0.0.1:10911")));
}

TEST_F(RouteTableTest, IgnoresAClaimWithAnOlderStateVersion) {
  Registration winner = Broker("a", "10.0.0.1:10911");
  winner.version.state_version = 5;
  Register(winner);
  Registration late = Broker("a", "10.0.0.9:10911");
  late.version.state_version = 4;
  Register(late);
  EXPECT_THAT(table_.Members("a"), ElementsAre(Pair(0, "10.0.0.1:10911")));
  EXPECT_FALSE(table_.VersionOf(kCluster, "10.0.0.9:10911"));

  late.version.state_version = 6;
  Register(late);
  EXPECT_THAT(table_.Members("a"), ElementsAre(Pair(0, "10.0.0.9:10911")));
}

TEST_F(RouteTableTest, ForgetsABrokerThatUnregisters) {
  Register(Broker("a", "10.0.0.1:10911"));
  Register(Broker("b", "10.0.0.2:10911"));
  table_.Unregister(kCluster, "a", "10.0.0.1:10911");
  EXPECT_EQ(Route("orders").queues.size(), 1u);
  table_.Unregister(kCluster, "b", "10.0.0.2:10911");
  EXPECT_FALSE(table_.Find("orders", false));
  EXPECT_THAT(table_.Topics(), IsEmpty());
  EXPECT_THAT(table_.Clusters().clusters, IsEmpty());
}

TEST_F(RouteTableTest, ExpiresWhatGaveNoSignOfLife) {
  Registration quick = Broker("quick", "10.0.0.1:10911");
  quick.heartbeat_timeout_ms = 1'000;
  Register(quick, 0);
  Register(Broker("slow", "10.0.0.2:10911"), 0);
  table_.Expire(1'000);
  EXPECT_EQ(table_.Members("quick").size(), 1u);
  EXPECT_TRUE(table_.Touch(kCluster, "10.0.0.1:10911", 900));
  table_.Expire(1'900);
  EXPECT_EQ(table_.Members("quick").size(), 1u);
  EXPECT_EQ(table_.Expire(1'901).size(), 1u);
  EXPECT_THAT(table_.Members("quick"), IsEmpty());
  EXPECT_EQ(table_.Members("slow").size(), 1u);
  table_.Expire(kBrokerTimeoutMs + 1);
  EXPECT_THAT(table_.Members("slow"), IsEmpty());
  EXPECT_FALSE(table_.Touch(kCluster, "10.0.0.2:10911", 0));
}

TEST_F(RouteTableTest, ForgetsABrokerWithItsConnectionUnlessItCameBack) {
  Registration broker = Broker("a", "10.0.0.1:10911");
  broker.session_id = 7;
  Register(broker);
  broker.session_id = 8;
  Register(broker);
  table_.OnSessionClosed(7);
  EXPECT_EQ(table_.Members("a").size(), 1u);
  table_.OnSessionClosed(8);
  EXPECT_THAT(table_.Members("a"), IsEmpty());
}

TEST_F(RouteTableTest, WipesAndGivesWritePermission) {
  Register(Broker("a", "10.0.0.1:10911"));
  Register(Broker("b", "10.0.0.2:10911"));
  EXPECT_EQ(table_.WipeWritePermission("a"), 2);
  EXPECT_EQ(Route("orders").queues[0].perm, model::kPermRead);
  EXPECT_EQ(Route("orders").queues[1].perm, model::kPermRead | model::kPermWrite);
  EXPECT_EQ(table_.AddWritePermission("a"), 2);
  EXPECT_EQ(Route("orders").queues[0].perm, model::kPermRead | model::kPermWrite);
  EXPECT_EQ(table_.WipeWritePermission("stranger"), 0);
}

TEST_F(RouteTableTest, LetsTheSmallestSlaveActAsMasterForReads) {
  for (int64_t id : {0, 1, 2}) {
    Registration member = Broker("a", "10.0.0." + std::to_string(id) + ":10911", id);
    member.enable_acting_master = true;
    Register(member);
  }
  table_.Unregister(kCluster, "a", "10.0.0.0:10911");
  EXPECT_EQ(Route("orders").queues[0].perm, model::kPermRead);
  EXPECT_FALSE(Route("orders").brokers[0].addresses.contains(0));
  const auto acting = table_.Find("orders", true);
  ASSERT_TRUE(acting);
  EXPECT_THAT(acting->brokers[0].addresses,
              ElementsAre(Pair(0, "10.0.0.1:10911"), Pair(2, "10.0.0.2:10911")));
}

TEST_F(RouteTableTest, RegistersATopicOfKnownBrokersOnly) {
  Register(Broker("a", "10.0.0.1:10911"));
  EXPECT_TRUE(table_.RegisterTopic("new", {{.broker_name = "a", .read_queues = 1}}));
  EXPECT_EQ(Route("new").queues.size(), 1u);
  EXPECT_FALSE(table_.RegisterTopic("other", {{.broker_name = "a"}, {.broker_name = "zz"}}));
  EXPECT_FALSE(table_.Find("other", false));
}

TEST_F(RouteTableTest, DeletesATopicInOneCluster) {
  Register(Broker("a", "10.0.0.1:10911"));
  Registration other = Broker("b", "10.0.0.2:10911");
  other.cluster = "c2";
  Register(other);
  table_.DeleteTopic("orders", "c2");
  EXPECT_EQ(Route("orders").queues.size(), 1u);
  EXPECT_THAT(table_.TopicsOfCluster("c2"), ElementsAre("payments"));
  table_.DeleteTopic("orders", "no such cluster");
  table_.DeleteTopic("orders", kCluster);
  EXPECT_FALSE(table_.Find("orders", false));
}

TEST_F(RouteTableTest, ListsTopicsByUnit) {
  Registration broker = Broker("a", "10.0.0.1:10911");
  broker.topics.clear();
  for (int32_t flag : {0, 1, 2, 3}) {
    broker.topics.push_back(Topic("t" + std::to_string(flag)));
    broker.topics.back().sys_flag = flag;
  }
  Register(broker);
  EXPECT_THAT(table_.TopicsOfUnits(UnitTopics::kUnit), UnorderedElementsAre("t1", "t3"));
  EXPECT_THAT(table_.TopicsOfUnits(UnitTopics::kUnitSubscription),
              UnorderedElementsAre("t2", "t3"));
  EXPECT_THAT(table_.TopicsOfUnits(UnitTopics::kUnitSubscriptionOnly), ElementsAre("t2"));
}

TEST_F(RouteTableTest, PassesOnFilterServersAndStaticMappings) {
  Registration broker = Broker("a", "10.0.0.1:10911");
  broker.filter_servers = {"10.0.0.1:1234"};
  broker.queue_mappings["orders"] = {"a", R"({"topic":"orders"})"};
  Register(broker);
  model::TopicRoute route = Route("orders");
  EXPECT_THAT(route.filter_servers,
              ElementsAre(Pair("10.0.0.1:10911", ElementsAre("10.0.0.1:1234"))));
  EXPECT_THAT(route.queue_mappings, ElementsAre(Pair("a", R"({"topic":"orders"})")));
  broker.filter_servers = std::nullopt;
  Register(broker);
  EXPECT_EQ(Route("orders").filter_servers.size(), 1u);
  broker.filter_servers = std::vector<std::string>{};
  Register(broker);
  EXPECT_THAT(Route("orders").filter_servers, IsEmpty());
}

TEST_F(RouteTableTest, NamesTheNearestTopics) {
  Register(Broker("a", "10.0.0.1:10911"));
  EXPECT_THAT(table_.Nearest("ordres", 3), ElementsAre("orders"));
  EXPECT_THAT(table_.Nearest("something else", 3), IsEmpty());
}

}  // namespace
}  // namespace pintle::namesrv
