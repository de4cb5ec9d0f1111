// Every body against the text that RocketMQ 5.5.0 writes for the same values.
#include <gtest/gtest.h>

#include <string_view>

#include "remoting/bodies/check_client_config.h"
#include "remoting/bodies/client_connections.h"
#include "remoting/bodies/cluster_info.h"
#include "remoting/bodies/delay_offsets.h"
#include "remoting/bodies/group_table.h"
#include "remoting/bodies/heartbeat.h"
#include "remoting/bodies/json_parts.h"
#include "remoting/bodies/kv_table.h"
#include "remoting/bodies/lock_batch.h"
#include "remoting/bodies/name_list.h"
#include "remoting/bodies/offset_table.h"
#include "remoting/bodies/queue_entries.h"
#include "remoting/bodies/queue_stats.h"
#include "remoting/bodies/register_broker.h"
#include "remoting/bodies/reset_offset.h"
#include "remoting/bodies/topic_route.h"
#include "remoting/bodies/topic_table.h"

namespace pintle::remoting {
namespace {

// Decoding `text` and encoding what came of it gives `text` again.
template <typename Decode, typename Encode>
auto ExpectSame(std::string_view text, Decode decode, Encode encode) {
  auto decoded = decode(AsBytes(text));
  EXPECT_TRUE(decoded.has_value()) << (decoded ? "" : decoded.error().message);
  if (!decoded) return std::decay_t<decltype(*decoded)>{};
  EXPECT_EQ(encode(*decoded), text);
  return *std::move(decoded);
}

TEST(BodiesTest, Heartbeat) {
  const Heartbeat heartbeat = ExpectSame(
      R"({"clientID":"c@1","consumerDataSet":[{"consumeFromWhere":"CONSUME_FROM_LAST_OFFSET",)"
      R"("consumeType":"CONSUME_PASSIVELY","groupName":"cg","messageModel":"CLUSTERING",)"
      R"("subscriptionDataSet":[{"classFilterMode":false,"codeSet":[97,98],)"
      R"("expressionType":"TAG","subString":"a||b","subVersion":5,"tagsSet":["a","b"],)"
      R"("topic":"t"}],"unitMode":false}],"heartbeatFingerprint":0,)"
      R"("producerDataSet":[{"groupName":"pg"}],"withoutSub":false})",
      DecodeHeartbeat, EncodeHeartbeat);
  ASSERT_EQ(heartbeat.consumers.size(), 1u);
  EXPECT_EQ(heartbeat.consumers[0].message_model, MessageModel::kClustering);
  EXPECT_EQ(heartbeat.consumers[0].subscriptions.at(0).codes, (std::vector<int32_t>{97, 98}));
  EXPECT_EQ(heartbeat.producer_groups, std::vector<std::string>{"pg"});
}

// C++ clients: enums as numbers, the version as text, no expression type.
TEST(BodiesTest, HeartbeatOfACppClient) {
  const auto heartbeat = DecodeHeartbeat(AsBytes(
      R"({"clientID":"c","consumerDataSet":[{"consumeFromWhere":4,"consumeType":1,)"
      R"("groupName":"g","messageModel":0,"subscriptionDataSet":[{"codeSet":["98","97"],)"
      R"("subString":"b || a","subVersion":"1700000000000","tagsSet":["b","a"],"topic":"t"}]}],)"
      R"("producerDataSet":[]})"));
  ASSERT_TRUE(heartbeat);
  const ConsumerData& consumer = heartbeat->consumers.at(0);
  EXPECT_EQ(consumer.consume_from_where, ConsumeFromWhere::kFirstOffset);
  EXPECT_EQ(consumer.consume_type, ConsumeType::kPassively);
  EXPECT_EQ(consumer.message_model, MessageModel::kBroadcasting);
  EXPECT_EQ(consumer.subscriptions.at(0).type, "TAG");
  EXPECT_EQ(consumer.subscriptions.at(0).version, 1'700'000'000'000);
  EXPECT_EQ(consumer.subscriptions.at(0).tags, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(consumer.subscriptions.at(0).codes, (std::vector<int32_t>{97, 98}));
}

constexpr std::string_view kLegacyRoute =
    R"({"brokerDatas":[{"brokerAddrs":{0:"1.2.3.4:1"},"brokerName":"b","cluster":"c",)"
    R"("enableActingMaster":false,"zoneName":"z"}],"filterServerTable":{},)"
    R"("orderTopicConf":"b:4","queueDatas":[{"brokerName":"b","perm":6,"readQueueNums":4,)"
    R"("topicSysFlag":0,"writeQueueNums":4}]})";
constexpr std::string_view kStandardRoute =
    R"({"brokerDatas":[{"brokerAddrs":{"0":"1.2.3.4:1"},"brokerName":"b","cluster":"c",)"
    R"("enableActingMaster":false}],"filterServerTable":{},"queueDatas":[{"brokerName":"b",)"
    R"("perm":6,"readQueueNums":4,"topicSysFlag":0,"writeQueueNums":4}]})";

TEST(BodiesTest, TopicRouteForOldAndNewClients) {
  const auto route = ExpectSame(kLegacyRoute, DecodeTopicRoute, [](const auto& r) {
    return EncodeTopicRoute(r, JsonStyle::kLegacy);
  });
  EXPECT_EQ(route.brokers.at(0).addresses.at(0), "1.2.3.4:1");
  EXPECT_EQ(route.order_topic_conf, "b:4");
  ExpectSame(kStandardRoute, DecodeTopicRoute,
             [](const auto& r) { return EncodeTopicRoute(r, JsonStyle::kStandard); });
  EXPECT_EQ(RouteStyle(400, false), JsonStyle::kLegacy);
  EXPECT_EQ(RouteStyle(401, false), JsonStyle::kStandard);
  EXPECT_EQ(RouteStyle(0, true), JsonStyle::kStandard);
}

// The mapping of a static topic is nobody's business here, but its style is.
TEST(BodiesTest, TopicRoutePassesQueueMappingsOn) {
  model::TopicRoute route;
  route.queue_mappings["b"] = R"({"currIdMap":{0:1},"topic":"t"})";
  const std::string legacy = EncodeTopicRoute(route, JsonStyle::kLegacy);
  EXPECT_NE(legacy.find(R"("topicQueueMappingByBroker":{"b":{"currIdMap":{0:1},"topic":"t"}})"),
            legacy.npos);
  const std::string standard = EncodeTopicRoute(route, JsonStyle::kStandard);
  EXPECT_NE(standard.find(R"({"currIdMap":{"0":1},"topic":"t"})"), standard.npos);
  EXPECT_EQ(DecodeTopicRoute(AsBytes(legacy)), route);
}

TEST(BodiesTest, TopicRouteRefusesIdsThatAreNoNumbers) {
  EXPECT_FALSE(DecodeTopicRoute(AsBytes(R"({"brokerDatas":[{"brokerAddrs":{"x":"a:1"}}]})")));
}

TEST(BodiesTest, ClusterInfo) {
  ExpectSame(R"({"brokerAddrTable":{"b":{"brokerAddrs":{0:"1.2.3.4:1"},"brokerName":"b",)"
             R"("cluster":"c","enableActingMaster":false}},"clusterAddrTable":{"c":["b"]}})",
             DecodeClusterInfo, [](const auto& info) { return EncodeClusterInfo(info); });
  ExpectSame(R"({"brokerMemberGroup":{"brokerAddrs":{0:"x"},"brokerName":"b","cluster":"c"}})",
             DecodeBrokerMemberGroup, EncodeBrokerMemberGroup);
}

constexpr std::string_view kTopicX =
    R"({"attributes":{},"order":false,"perm":6,"readQueueNums":16,)"
    R"("topicFilterType":"SINGLE_TAG","topicName":"x","topicSysFlag":0,"writeQueueNums":16})";

TEST(BodiesTest, TopicTable) {
  ExpectSame(kTopicX, DecodeTopicConfig, EncodeTopicConfig);
  const std::string text =
      R"({"dataVersion":{"counter":1,"stateVersion":2,"timestamp":1795406915050},)"
      R"("topicConfigTable":{"x":)" +
      std::string(kTopicX) + "}}";
  const auto table =
      ExpectSame(text, DecodeTopicTable, [](const auto& t) { return EncodeTopicTable(t); });
  EXPECT_EQ(table.version.timestamp, 1795406915050);

  const std::string file = EncodeTopicTable(table, JsonStyle::kPretty);
  EXPECT_EQ(file,
            "{\n\t\"dataVersion\":{\n\t\t\"counter\":1,\n\t\t\"stateVersion\":2,\n"
            "\t\t\"timestamp\":1795406915050\n\t},\n\t\"topicConfigTable\":{\n\t\t\"x\":{\n"
            "\t\t\t\"attributes\":{},\n\t\t\t\"order\":false,\n\t\t\t\"perm\":6,\n"
            "\t\t\t\"readQueueNums\":16,\n\t\t\t\"topicFilterType\":\"SINGLE_TAG\",\n"
            "\t\t\t\"topicName\":\"x\",\n\t\t\t\"topicSysFlag\":0,\n\t\t\t\"writeQueueNums\":16\n"
            "\t\t}\n\t}\n}");
  EXPECT_EQ(DecodeTopicTable(AsBytes(file)), table);
}

TEST(BodiesTest, GroupTable) {
  ExpectSame(
      R"({"attributes":{},"brokerId":0,"consumeBroadcastEnable":true,"consumeEnable":true,)"
      R"("consumeFromMinEnable":true,"consumeMessageOrderly":false,"consumeTimeoutMinute":15,)"
      R"("groupName":"g","groupRetryPolicy":{"exponentialRetryPolicy":{"initial":1,"max":2,)"
      R"("multiplier":3},"type":"EXPONENTIAL"},"groupSysFlag":0,)"
      R"("notifyConsumerIdsChangedEnable":true,"retryMaxTimes":16,"retryQueueNums":1,)"
      R"("whichBrokerWhenConsumeSlowly":1})",
      DecodeGroupConfig, EncodeGroupConfig);
  const auto group = ExpectSame(
      R"({"attributes":{"a":"b"},"brokerId":0,"consumeBroadcastEnable":true,)"
      R"("consumeEnable":false,"consumeFromMinEnable":true,"consumeMessageOrderly":false,)"
      R"("consumeTimeoutMinute":15,"groupName":"g","groupRetryPolicy":{)"
      R"("customizedRetryPolicy":{"next":[5,6]},"type":"CUSTOMIZED"},"groupSysFlag":0,)"
      R"("notifyConsumerIdsChangedEnable":true,"retryMaxTimes":16,"retryQueueNums":1,)"
      R"("subscriptionDataSet":[{"expression":"*","expressionType":"TAG","topic":"t",)"
      R"("version":1}],"whichBrokerWhenConsumeSlowly":1})",
      DecodeGroupConfig, EncodeGroupConfig);
  GroupTable table;
  table.groups["g"] = group;
  table.forbidden["g"]["t"] = 1;
  EXPECT_EQ(DecodeGroupTable(AsBytes(EncodeGroupTable(table))), table);
  EXPECT_EQ(DecodeGroupTable(AsBytes(EncodeGroupTable(table, JsonStyle::kPretty))), table);
}

TEST(BodiesTest, DelayOffsets) {
  DelayOffsets offsets;
  offsets.offsets = {{1, 7}, {18, 0}};
  EXPECT_EQ(
      EncodeDelayOffsets(offsets),
      R"({"dataVersion":{"counter":0,"stateVersion":0,"timestamp":0},"offsetTable":{1:7,18:0}})");
  EXPECT_EQ(DecodeDelayOffsets(AsBytes(EncodeDelayOffsets(offsets, JsonStyle::kPretty))), offsets);
  EXPECT_FALSE(DecodeDelayOffsets(AsBytes(R"({"offsetTable":{"x":1}})")));
  EXPECT_FALSE(DecodeDelayOffsets(AsBytes(R"({"offsetTable":{"1":"x"}})")));
  EXPECT_FALSE(DecodeDelayOffsets(AsBytes(R"({"offsetTable":{"99999999999":1}})")));
}

TEST(BodiesTest, OffsetTable) {
  OffsetTable table;
  table.offsets["t@g"] = {{0, 5}, {1, 6}};
  EXPECT_EQ(EncodeOffsetTable(table),
            R"({"dataVersion":{"counter":0,"stateVersion":0,"timestamp":0},)"
            R"("offsetTable":{"t@g":{0:5,1:6}}})");
  // As RocketMQ 4.9 lays the file out.
  EXPECT_EQ(
      DecodeOffsetTable(AsBytes("{\n\t\"offsetTable\":{\n\t\t\"t@g\":{0:5,1:6\n\t\t}\n\t}\n}")),
      table);
  EXPECT_FALSE(DecodeOffsetTable(AsBytes(R"({"offsetTable":{"t@g":{"x":1}}})")));
}

RegisterBrokerBody Registration() {
  RegisterBrokerBody body;
  body.topics.version.timestamp = 1795406915050;
  model::TopicConfig topic;
  topic.name = "x";
  body.topics.topics["x"] = topic;
  body.filter_servers = {"f1"};
  return body;
}

TEST(BodiesTest, RegistrationAsJson) {
  EXPECT_EQ(DecodeRegisterBroker(
                AsBytes(R"({"filterServerList":["f1"],"topicConfigSerializeWrapper":{)"
                        R"("dataVersion":{"counter":0,"stateVersion":0,)"
                        R"("timestamp":1795406915050},"mappingDataVersion":{"counter":0,)"
                        R"("stateVersion":0,"timestamp":1795406915050},"topicConfigTable":{"x":)" +
                        std::string(kTopicX) +
                        R"(},"topicQueueMappingDetailMap":{},"topicQueueMappingInfoMap":{}}})"),
                false, kOurVersion),
            Registration());
  EXPECT_EQ(DecodeRegisterBroker(AsBytes(EncodeRegisterBroker(Registration(), false, kOurVersion)),
                                 false, kOurVersion),
            Registration());
}

std::string FromHex(std::string_view hex) {
  std::string out;
  for (size_t i = 0; i < hex.size(); i += 2)
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return out;
}

TEST(BodiesTest, RegistrationCompressedByJava) {
  const std::string java = FromHex(
      "78da636060b0a8564ace2fcd2b492d52b232d0512a2e492c490d4b2d2acecccf030b9464e6a60205730b94ac"
      "0ccd2d4d4d0ccc2c0d4d0d4c0d6a191818188158bc42c1d00c84cc14823dfddc7d5ce3431cdd15aa41d26cd1"
      "4a69864ab140160300f47a19a4");
  EXPECT_EQ(DecodeRegisterBroker(AsBytes(java), true, kOurVersion), Registration());
  EXPECT_EQ(EncodeRegisterBroker(Registration(), true, kOurVersion), java);
}

TEST(BodiesTest, RegistrationCompressed) {
  RegisterBrokerBody body = Registration();
  body.topics.topics["x"].attributes["message.type"] = "FIFO";
  body.queue_mappings["s"] = R"({"topic":"s"})";
  const std::string bytes = EncodeRegisterBroker(body, true, kOurVersion);
  EXPECT_EQ(DecodeRegisterBroker(AsBytes(bytes), true, kOurVersion), body);
  for (size_t n = 0; n < bytes.size(); ++n)
    EXPECT_FALSE(DecodeRegisterBroker(AsBytes(bytes.substr(0, n)), true, kOurVersion)) << n;

  // Brokers before 5.0 write no mappings, whatever they have.
  const std::string old = EncodeRegisterBroker(body, true, 400);
  body.queue_mappings.clear();
  EXPECT_EQ(DecodeRegisterBroker(AsBytes(old), true, 400), body);
}

TEST(BodiesTest, SmallOnes) {
  ExpectSame(R"({"table":{"k":"v"}})", DecodeKvTable, EncodeKvTable);
  ExpectSame(R"({"clientId":"c","consumerGroup":"g","mqSet":[{"brokerName":"b","queueId":1,)"
             R"("topic":"t"}],"onlyThisBroker":false})",
             DecodeLockBatch, EncodeLockBatch);
  ExpectSame(R"({"lockOKMQSet":[{"brokerName":"b","queueId":1,"topic":"t"}]})", DecodeLockedQueues,
             EncodeLockedQueues);
  ExpectSame(
      R"({"consumerIdList":["a","b"]})",
      [](ByteView body) { return DecodeNameList(kConsumerIdList, body); },
      [](const auto& names) { return EncodeNameList(kConsumerIdList, names); });
  ExpectSame(R"({"counter":3,"stateVersion":2,"timestamp":1})", DecodeDataVersion,
             EncodeDataVersion);
  ExpectSame(R"({"clientId":"c","group":"g","subscriptionData":{"classFilterMode":false,)"
             R"("codeSet":[97],"expressionType":"SQL92","subString":"a > 1","subVersion":5,)"
             R"("tagsSet":["a"],"topic":"t"}})",
             DecodeCheckClientConfig, EncodeCheckClientConfig);
}

TEST(BodiesTest, Connections) {
  ExpectSame(
      R"({"connectionSet":[{"clientAddr":"1:2","clientId":"c","language":"GO","version":399}],)"
      R"("consumeFromWhere":"CONSUME_FROM_FIRST_OFFSET","consumeType":"CONSUME_PASSIVELY",)"
      R"("messageModel":"CLUSTERING","subscriptionTable":{"t":{"classFilterMode":false,)"
      R"("codeSet":[97,98],"expressionType":"TAG","subString":"a||b","subVersion":5,)"
      R"("tagsSet":["a","b"],"topic":"t"}}})",
      DecodeConsumerConnections, EncodeConsumerConnections);
  ExpectSame(
      R"({"connectionSet":[{"clientAddr":"1:2","clientId":"c","language":"JAVA","version":399}]})",
      DecodeProducerConnections, EncodeProducerConnections);
}

TEST(BodiesTest, TablesByQueue) {
  const std::string_view stats =
      R"({"offsetTable":{{"brokerName":"b","queueId":1,"topic":"t"}:{"lastUpdateTimestamp":9,)"
      R"("maxOffset":3,"minOffset":0}},"topicPutTps":0.0})";
  const auto decoded =
      ExpectSame(stats, DecodeTopicStats, [](const auto& s) { return EncodeTopicStats(s); });
  EXPECT_EQ(decoded.queues.at({"t", "b", 1}).max_offset, 3);
  EXPECT_EQ(DecodeTopicStats(AsBytes(EncodeTopicStats(decoded, JsonStyle::kStandard))), decoded);

  ExpectSame(R"({"consumeTps":0.0,"offsetTable":{{"brokerName":"b","queueId":1,"topic":"t"}:)"
             R"({"brokerOffset":4,"consumerOffset":3,"lastTimestamp":2,"pullOffset":1}}})",
             DecodeConsumeStats, [](const auto& s) { return EncodeConsumeStats(s); });
  const auto offsets =
      ExpectSame(R"({"offsetTable":{{"brokerName":"b","queueId":1,"topic":"t"}:7}})",
                 DecodeResetOffset, [](const auto& o) { return EncodeResetOffset(o); });
  EXPECT_EQ(EncodeResetOffsetForCpp(offsets),
            R"({"offsetTable":[{"brokerName":"b","offset":7,"queueId":1,"topic":"t"}]})");
  EXPECT_EQ(DecodeResetOffset(AsBytes(EncodeResetOffsetForCpp(offsets))), offsets);
}

TEST(BodiesTest, WhatToolsAskToLookIntoABroker) {
  const auto all = ExpectSame(
      R"({"brokerAddr":"h:1","consumeStatsList":[{"g":[{"consumeTps":0.0,"offsetTable":)"
      R"({{"brokerName":"b","queueId":1,"topic":"t"}:)"
      R"({"brokerOffset":4,"consumerOffset":3,"lastTimestamp":2,"pullOffset":1}}}]},{"idle":[]}],)"
      R"("totalDiff":1,"totalInflightDiff":-2})",
      DecodeBrokerConsumeStats, EncodeBrokerConsumeStats);
  EXPECT_EQ(all.groups.size(), 2u);
  ExpectSame(R"({"consumeTimeSpanSet":[{"consumeTimeStamp":3,"delayTime":4,"maxTimeStamp":2,)"
             R"("messageQueue":{"brokerName":"b","queueId":1,"topic":"t"},"minTimeStamp":1}]})",
             DecodeTimeSpans, EncodeTimeSpans);
  ExpectSame(R"({"data":{"g":[{"clientId":"c","language":"JAVA","lastUpdateTimestamp":7,)"
             R"("remoteIP":"/h:1","version":485}]}})",
             DecodeProducerTable, EncodeProducerTable);
  ExpectSame(R"({"filterData":"null","maxQueueIndex":2,"minQueueIndex":1,"queueData":[)"
             R"({"eval":false,"msg":"amiss","physicOffset":9,"physicSize":8,"tagsCode":-7}]})",
             DecodeQueueEntries, EncodeQueueEntries);
}

}  // namespace
}  // namespace pintle::remoting
