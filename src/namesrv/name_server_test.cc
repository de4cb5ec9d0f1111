// The name server through real connections, as brokers, clients and administrators use it.
#include "namesrv/name_server.h"

#include <gmock/gmock.h>

#include <future>

#include "base/crc32.h"
#include "base/memory_file_system.h"
#include "net/loop_group.h"
#include "net/server.h"
#include "remoting/bodies/cluster_info.h"
#include "remoting/bodies/json_parts.h"
#include "remoting/bodies/kv_table.h"
#include "remoting/bodies/name_list.h"
#include "remoting/bodies/register_broker.h"
#include "remoting/bodies/topic_route.h"
#include "remoting/protocol/get_kv_config.h"
#include "remoting/protocol/get_route_info_by_topic.h"
#include "remoting/protocol/put_kv_config.h"
#include "remoting/protocol/query_data_version.h"
#include "remoting/protocol/register_broker.h"
#include "remoting/protocol/unregister_broker.h"
#include "remoting/remoting_client.h"

namespace pintle::namesrv {
namespace {

using remoting::FieldList;
using remoting::ResponseCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

namespace code = remoting::request_code;

struct Answer {
  ResponseCode code = ResponseCode::kSystemError;
  std::string remark;
  std::string body;
  std::map<std::string, std::string> fields;
};

// A client on a loop of the name server's group.
class Client {
 public:
  Client(net::LoopGroup& group, const net::Endpoint& server, int32_t version)
      : loop_(*group.loops().front()), address_(server.ToString()) {
    remoting::ClientOptions options;
    options.version = version;
    options.language = remoting::Language::kJava;
    client_ = remoting::RemotingClient::Create(loop_, group.transport(), options);
  }
  ~Client() { Close(); }

  Answer Ask(int32_t request_code, FieldList fields = {}, std::string body = "") {
    remoting::Request request{
        .code = request_code, .fields = std::move(fields), .body = std::move(body)};
    std::promise<Answer> promise;
    loop_.Post([&] { loop_.Spawn(AskOnLoop(this, &request, &promise)); });
    return promise.get_future().get();
  }

  void Close() {
    if (client_ == nullptr) return;
    std::promise<void> closed;
    loop_.Post([&] {
      client_->CloseAll();
      client_.reset();
      closed.set_value();
    });
    closed.get_future().wait();
  }

 private:
  static net::Task<void> AskOnLoop(Client* self, remoting::Request* request,
                                   std::promise<Answer>* promise) {
    auto result = co_await self->client_->Invoke(self->address_, std::move(*request), 5'000);
    Answer answer;
    if (result) {
      const remoting::Command& command = (*result)->command;
      answer.code = (*result)->code();
      answer.remark = command.remark;
      answer.body = AsText(command.body);
      for (const remoting::Field& field : command.fields)
        answer.fields[std::string(field.name)] = field.value;
    } else {
      answer.remark = result.error().message;
    }
    promise->set_value(std::move(answer));
  }

  net::Loop& loop_;
  const std::string address_;
  std::unique_ptr<remoting::RemotingClient> client_;
};

class NameServerTest : public ::testing::Test {
 protected:
  NameServerTest() { Open({}); }
  ~NameServerTest() override { Close(); }

  void Open(SettingValues settings) {
    NameServerOptions options;
    options.kv_path = "/namesrv/kvConfig.json";
    options.scan_interval_ms = 10;
    options.settings = settings;
    EXPECT_TRUE(fs_.CreateDirectories("/namesrv"));
    auto server =
        NameServer::Open(fs_, clock_, pool_, *group_->loops().front(), std::move(options));
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
    server_->Start();
    listener_ = net::Server::Create(group_->transport(), group_->loops(), {&server_->protocol()},
                                    {.listen = {.host = "127.0.0.1", .port = 0}, .limits = {}});
    auto listening = listener_->Start();
    ASSERT_TRUE(listening) << listening.error().message;
    listening_ = *listening;
    broker_ = std::make_unique<Client>(*group_, listening_, remoting::kOurVersion);
    client_ = std::make_unique<Client>(*group_, listening_, remoting::kOurVersion);
  }
  void Close() {
    broker_.reset();
    client_.reset();
    if (listener_ != nullptr) listener_->Stop(0);
    listener_.reset();
    server_.reset();
  }

  static remoting::RegisterBrokerBody Topics(std::vector<std::string> names) {
    remoting::RegisterBrokerBody body;
    body.topics.version.counter = 1;
    for (const std::string& name : names) {
      model::TopicConfig topic;
      topic.name = name;
      topic.read_queues = topic.write_queues = 4;
      body.topics.topics[name] = topic;
    }
    return body;
  }
  static FieldList BrokerFields(const std::string& body, bool compressed = false) {
    remoting::RegisterBrokerRequest request;
    request.broker_name = "broker-a";
    request.broker_address = "127.0.0.1:10911";
    request.cluster_name = "DefaultCluster";
    request.ha_server_address = "127.0.0.1:10912";
    request.enable_acting_master = false;
    request.compressed = compressed;
    request.body_crc32 = MessageCrc32(AsBytes(body));
    return remoting::ToFieldList(request);
  }
  Answer Register(std::vector<std::string> topics = {"orders", "payments"}) {
    std::string body =
        EncodeRegisterBroker(Topics(std::move(topics)), false, remoting::kOurVersion);
    FieldList fields = BrokerFields(body);
    return broker_->Ask(code::kRegisterBroker, std::move(fields), std::move(body));
  }
  Answer Route(const std::string& topic) {
    return client_->Ask(code::kGetRouteInfoByTopic, {{"topic", topic}});
  }
  // The answer when it has the code, else the last one after some seconds.
  Answer RouteUntil(const std::string& topic, ResponseCode wanted) {
    Answer answer;
    for (int i = 0; i < 5'000; ++i) {
      answer = Route(topic);
      if (answer.code == wanted) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return answer;
  }

  MemoryFileSystem fs_{{.track_crashes = false}};
  SystemClock clock_;
  BoundedExecutor pool_{{.name = "pool", .threads = 1}};
  std::unique_ptr<net::LoopGroup> group_ = net::LoopGroup::Create(2, clock_);
  std::unique_ptr<NameServer> server_;
  std::unique_ptr<net::Server> listener_;
  net::Endpoint listening_;
  std::unique_ptr<Client> broker_;
  std::unique_ptr<Client> client_;
};

TEST_F(NameServerTest, TellsTheRouteOfARegisteredBrokerInStandardJson) {
  EXPECT_EQ(Register().code, ResponseCode::kSuccess);
  const Answer route = Route("orders");
  EXPECT_EQ(route.code, ResponseCode::kSuccess);
  EXPECT_EQ(route.body,
            R"({"brokerDatas":[{"brokerAddrs":{"0":"127.0.0.1:10911"},"brokerName":"broker-a",)"
            R"("cluster":"DefaultCluster","enableActingMaster":false}],"filterServerTable":{},)"
            R"("queueDatas":[{"brokerName":"broker-a","perm":6,"readQueueNums":4,)"
            R"("topicSysFlag":0,"writeQueueNums":4}]})");
  EXPECT_EQ(Route("orders").body, route.body) << "the kept text";
}

TEST_F(NameServerTest, AnswersOldClientsWithBareKeysUnlessTheyAskOtherwise) {
  Register();
  Client old(*group_, listening_, 400);
  EXPECT_THAT(old.Ask(code::kGetRouteInfoByTopic, {{"topic", "orders"}}).body,
              HasSubstr(R"({0:"127.0.0.1:10911"})"));
  EXPECT_THAT(
      old.Ask(code::kGetRouteInfoByTopic, {{"topic", "orders"}, {"acceptStandardJsonOnly", "true"}})
          .body,
      HasSubstr(R"({"0":"127.0.0.1:10911"})"));
}

TEST_F(NameServerTest, TakesACompressedRegistration) {
  std::string body =
      EncodeRegisterBroker(Topics({"orders", "payments"}), true, remoting::kOurVersion);
  FieldList fields = BrokerFields(body, true);
  EXPECT_EQ(broker_->Ask(code::kRegisterBroker, std::move(fields), std::move(body)).code,
            ResponseCode::kSuccess);
  EXPECT_EQ(Route("payments").code, ResponseCode::kSuccess);
}

TEST_F(NameServerTest, RefusesABodyThatDoesNotFitItsChecksum) {
  std::string body = EncodeRegisterBroker(Topics({"a", "b"}), false, remoting::kOurVersion);
  FieldList fields = BrokerFields(body + "x");
  const Answer answer = broker_->Ask(code::kRegisterBroker, std::move(fields), std::move(body));
  EXPECT_EQ(answer.code, ResponseCode::kSystemError);
  EXPECT_EQ(answer.remark, "crc32 not match");
}

TEST_F(NameServerTest, RefusesAFirstRegistrationWithOneTopic) {
  const Answer answer = Register({"orders"});
  EXPECT_EQ(answer.code, ResponseCode::kSystemError);
  EXPECT_THAT(answer.remark, StartsWith("register broker failed"));
}

TEST_F(NameServerTest, RefusesARegistrationThatIsNone) {
  std::string body = "{\"topicConfig";
  FieldList fields = BrokerFields(body);
  EXPECT_EQ(broker_->Ask(code::kRegisterBroker, fields, body).code, ResponseCode::kSystemError);
  fields = {{"brokerName", ""}, {"brokerAddr", "a:1"}, {"clusterName", "c"}, {"brokerId", "0"}};
  EXPECT_THAT(broker_->Ask(code::kRegisterBroker, fields).remark, HasSubstr("brokerName is empty"));
}

TEST_F(NameServerTest, NamesTheNearestTopicsOfAnUnknownOne) {
  Register();
  const Answer answer = Route("ordres");
  EXPECT_EQ(answer.code, ResponseCode::kTopicNotExist);
  EXPECT_THAT(answer.remark,
              StartsWith("No topic route info in name server for the topic: ordres"));
  EXPECT_THAT(answer.remark, HasSubstr("did you mean \"orders\"?"));
}

TEST_F(NameServerTest, ForgetsABrokerWhenItsConnectionCloses) {
  Register();
  EXPECT_EQ(Route("orders").code, ResponseCode::kSuccess);
  broker_->Close();
  EXPECT_EQ(RouteUntil("orders", ResponseCode::kTopicNotExist).code, ResponseCode::kTopicNotExist);
}

TEST_F(NameServerTest, ForgetsABrokerThatDoesNotKeepItsPromise) {
  std::string body = EncodeRegisterBroker(Topics({"a", "b"}), false, remoting::kOurVersion);
  FieldList fields = BrokerFields(body);
  fields.emplace_back("heartbeatTimeoutMillis", "50");
  broker_->Ask(code::kRegisterBroker, std::move(fields), std::move(body));
  EXPECT_EQ(RouteUntil("a", ResponseCode::kTopicNotExist).code, ResponseCode::kTopicNotExist);
}

TEST_F(NameServerTest, ForgetsABrokerThatLeaves) {
  Register();
  remoting::UnregisterBrokerRequest request{.broker_name = "broker-a",
                                            .broker_address = "127.0.0.1:10911",
                                            .cluster_name = "DefaultCluster"};
  EXPECT_EQ(broker_->Ask(code::kUnregisterBroker, remoting::ToFieldList(request)).code,
            ResponseCode::kSuccess);
  EXPECT_EQ(Route("orders").code, ResponseCode::kTopicNotExist);
}

TEST_F(NameServerTest, SaysWhetherABrokersTopicsChanged) {
  const remoting::QueryDataVersionRequest request{.broker_name = "broker-a",
                                                  .broker_address = "127.0.0.1:10911",
                                                  .cluster_name = "DefaultCluster"};
  model::DataVersion version;
  version.counter = 1;
  const auto ask = [&] {
    return broker_->Ask(code::kQueryDataVersion, remoting::ToFieldList(request),
                        remoting::EncodeDataVersion(version));
  };
  EXPECT_EQ(ask().fields.at("changed"), "true");
  Register();
  const Answer same = ask();
  EXPECT_EQ(same.fields.at("changed"), "false");
  EXPECT_EQ(same.body, remoting::EncodeDataVersion(version));
  version.counter = 2;
  EXPECT_EQ(ask().fields.at("changed"), "true");
}

TEST_F(NameServerTest, KeepsKeysAndValuesAcrossARestart) {
  const std::string name_space(kOrderTopicNamespace);
  EXPECT_EQ(client_->Ask(code::kGetKvListByNamespace, {{"namespace", name_space}}).code,
            ResponseCode::kQueryNotFound);
  const remoting::PutKvConfigRequest put{
      .name_space = name_space, .key = "orders", .value = "broker-a:4"};
  EXPECT_EQ(client_->Ask(code::kPutKvConfig, remoting::ToFieldList(put)).code,
            ResponseCode::kSuccess);
  EXPECT_EQ(Register().body, R"({"table":{"orders":"broker-a:4"}})");

  Close();
  Open({.order_topics = true});
  const remoting::GetKvConfigRequest get{.name_space = name_space, .key = "orders"};
  EXPECT_EQ(client_->Ask(code::kGetKvConfig, remoting::ToFieldList(get)).fields.at("value"),
            "broker-a:4");
  Register();
  EXPECT_THAT(Route("orders").body, HasSubstr(R"("orderTopicConf":"broker-a:4")"));
  EXPECT_EQ(client_->Ask(code::kDeleteKvConfig, remoting::ToFieldList(get)).code,
            ResponseCode::kSuccess);
  EXPECT_EQ(client_->Ask(code::kGetKvConfig, remoting::ToFieldList(get)).code,
            ResponseCode::kQueryNotFound);
  EXPECT_THAT(Route("orders").body, ::testing::Not(HasSubstr("orderTopicConf")));
}

TEST_F(NameServerTest, ListsBrokersClustersAndTopics) {
  Register();
  const auto clusters =
      remoting::DecodeClusterInfo(AsBytes(client_->Ask(code::kGetBrokerClusterInfo).body));
  ASSERT_TRUE(clusters);
  EXPECT_THAT(clusters->brokers.at("broker-a").addresses, ElementsAre(Pair(0, "127.0.0.1:10911")));
  EXPECT_THAT(clusters->clusters.at("DefaultCluster"), ElementsAre("broker-a"));

  const auto topics = [&](int32_t request_code, FieldList fields = {}) {
    const Answer answer = client_->Ask(request_code, std::move(fields));
    EXPECT_EQ(answer.code, ResponseCode::kSuccess) << answer.remark;
    return remoting::DecodeNameList(remoting::kTopicList, AsBytes(answer.body))
        .value_or(std::vector<std::string>{"undecodable"});
  };
  EXPECT_THAT(topics(code::kGetAllTopicListFromNameserver),
              UnorderedElementsAre("orders", "payments"));
  EXPECT_THAT(topics(code::kGetTopicsByCluster, {{"cluster", "DefaultCluster"}}),
              UnorderedElementsAre("orders", "payments"));
  EXPECT_THAT(topics(code::kGetSystemTopicListFromNs),
              UnorderedElementsAre("DefaultCluster", "broker-a"));
  EXPECT_THAT(topics(code::kGetUnitTopicList), IsEmpty());
  EXPECT_EQ(client_
                ->Ask(code::kGetBrokerMemberGroup,
                      {{"clusterName", "DefaultCluster"}, {"brokerName", "broker-a"}})
                .body,
            R"({"brokerMemberGroup":{"brokerAddrs":{0:"127.0.0.1:10911"},)"
            R"("brokerName":"broker-a","cluster":"DefaultCluster"}})");
}

TEST_F(NameServerTest, TakesAndGivesWritePermission) {
  Register();
  EXPECT_EQ(client_->Ask(code::kWipeWritePermOfBroker, {{"brokerName", "broker-a"}})
                .fields.at("wipeTopicCount"),
            "2");
  EXPECT_THAT(Route("orders").body, HasSubstr("\"perm\":4"));
  EXPECT_EQ(client_->Ask(code::kAddWritePermOfBroker, {{"brokerName", "broker-a"}})
                .fields.at("addTopicCount"),
            "2");
  EXPECT_THAT(Route("orders").body, HasSubstr("\"perm\":6"));
}

TEST_F(NameServerTest, RoutesAndBrokersAreToldOfOrderedTopics) {
  Close();
  Open({.order_topics = true});
  Register();
  const FieldList put = {
      {"namespace", "ORDER_TOPIC_CONFIG"}, {"key", "orders"}, {"value", "broker-a:4"}};
  EXPECT_EQ(client_->Ask(code::kPutKvConfig, put).code, ResponseCode::kSuccess);
  EXPECT_THAT(Route("orders").body, HasSubstr(R"("orderTopicConf":"broker-a:4")"));
  EXPECT_THAT(Route("payments").body, ::testing::Not(HasSubstr("broker-a:4")));
  EXPECT_EQ(Register().body, R"({"table":{"orders":"broker-a:4"}})");
  client_->Ask(code::kDeleteKvConfig, {{"namespace", "ORDER_TOPIC_CONFIG"}, {"key", "orders"}});
  EXPECT_THAT(Route("orders").body, ::testing::Not(HasSubstr("broker-a:4")));
}

TEST_F(NameServerTest, RefusesWhatIsNotThereAndChangesNothing) {
  Register();
  const std::string route = Route("orders").body;
  for (const int32_t request :
       {code::kWipeWritePermOfBroker, code::kAddWritePermOfBroker, code::kPutKvConfig,
        code::kGetKvConfig, code::kDeleteKvConfig, code::kGetKvListByNamespace}) {
    EXPECT_EQ(client_->Ask(request).code, ResponseCode::kSystemError) << request;
    EXPECT_EQ(client_->Ask(request, {{"brokername", "broker-a"}}).code, ResponseCode::kSystemError);
  }
  EXPECT_EQ(client_->Ask(code::kWipeWritePermOfBroker, {{"brokerName", "broker-x"}})
                .fields.at("wipeTopicCount"),
            "0");
  EXPECT_EQ(
      client_->Ask(code::kAddWritePermOfBroker, {{"brokerName", ""}}).fields.at("addTopicCount"),
      "0");
  EXPECT_EQ(Route("orders").body, route);
}

TEST_F(NameServerTest, AddsAndDeletesOneTopic) {
  Register();
  const std::string route = R"({"queueDatas":[{"brokerName":"broker-a","readQueueNums":1,)"
                            R"("writeQueueNums":1,"perm":6,"topicSysFlag":0}]})";
  EXPECT_EQ(broker_->Ask(code::kRegisterTopicInNamesrv, {{"topic", "new"}}, route).code,
            ResponseCode::kSuccess);
  EXPECT_EQ(Route("new").code, ResponseCode::kSuccess);
  EXPECT_EQ(client_->Ask(code::kDeleteTopicInNamesrv, {{"topic", "new"}}).code,
            ResponseCode::kSuccess);
  EXPECT_EQ(Route("new").code, ResponseCode::kTopicNotExist);
}

TEST_F(NameServerTest, ChangesOnlySettingsOnTheList) {
  EXPECT_EQ(client_->Ask(code::kUpdateNamesrvConfig, {}, "enableAllTopicList=false\n").code,
            ResponseCode::kSuccess);
  const Answer off = client_->Ask(code::kGetAllTopicListFromNameserver);
  EXPECT_EQ(off.code, ResponseCode::kSystemError);
  EXPECT_THAT(off.remark, StartsWith("disable"));
  EXPECT_THAT(client_->Ask(code::kGetNamesrvConfig).body, HasSubstr("enableAllTopicList=false"));
  EXPECT_EQ(client_->Ask(code::kUpdateNamesrvConfig, {}, "kvConfigPath=/etc/passwd\n").code,
            ResponseCode::kNoPermission);
}

TEST_F(NameServerTest, GivesBrokersOfTheAskedZone) {
  std::string body = EncodeRegisterBroker(Topics({"a", "b"}), false, remoting::kOurVersion);
  FieldList fields = BrokerFields(body);
  fields.emplace_back("__ZONE_NAME", "east");
  broker_->Ask(code::kRegisterBroker, std::move(fields), std::move(body));
  const auto in_zone = [&](const std::string& zone) {
    return client_
        ->Ask(code::kGetRouteInfoByTopic,
              {{"topic", "a"}, {"__ZONE_MODE", "true"}, {"__ZONE_NAME", zone}})
        .body;
  };
  EXPECT_THAT(in_zone("East"), HasSubstr("broker-a"));
  EXPECT_THAT(in_zone("west"), ::testing::Not(HasSubstr("broker-a")));
}

TEST_F(NameServerTest, TellsNoRoutesWhileItWaitsForBrokers) {
  Close();
  Open({.wait_for_brokers = true, .wait_for_brokers_ms = 3'600'000});
  Register();
  const Answer answer = Route("orders");
  EXPECT_EQ(answer.code, ResponseCode::kSystemError);
  EXPECT_THAT(answer.remark, StartsWith("name server not ready"));
}

TEST_F(NameServerTest, AnswersAnUnknownCodeWithItsNumber) {
  const Answer answer = client_->Ask(code::kSendMessage);
  EXPECT_EQ(answer.code, ResponseCode::kRequestCodeNotSupported);
  EXPECT_THAT(answer.remark, HasSubstr("10"));
}

}  // namespace
}  // namespace pintle::namesrv
