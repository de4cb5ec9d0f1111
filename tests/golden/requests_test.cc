// Every recorded request fits the struct of its code.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "base/scratch_arena.h"
#include "remoting/command.h"
#include "remoting/fields.h"
#include "remoting/protocol/add_write_perm_of_broker.h"
#include "remoting/protocol/check_transaction_state.h"
#include "remoting/protocol/clone_group_offset.h"
#include "remoting/protocol/consumer_send_msg_back.h"
#include "remoting/protocol/delete_kv_config.h"
#include "remoting/protocol/delete_subscription_group.h"
#include "remoting/protocol/delete_topic_in_broker.h"
#include "remoting/protocol/delete_topic_in_namesrv.h"
#include "remoting/protocol/end_transaction.h"
#include "remoting/protocol/get_broker_consume_stats.h"
#include "remoting/protocol/get_consume_stats.h"
#include "remoting/protocol/get_consumer_connection_list.h"
#include "remoting/protocol/get_consumer_list_by_group.h"
#include "remoting/protocol/get_consumer_running_info.h"
#include "remoting/protocol/get_consumer_status_from_client.h"
#include "remoting/protocol/get_earliest_msg_store_time.h"
#include "remoting/protocol/get_kv_config.h"
#include "remoting/protocol/get_kv_list_by_namespace.h"
#include "remoting/protocol/get_max_offset.h"
#include "remoting/protocol/get_min_offset.h"
#include "remoting/protocol/get_producer_connection_list.h"
#include "remoting/protocol/get_route_info_by_topic.h"
#include "remoting/protocol/get_topic_config.h"
#include "remoting/protocol/get_topic_stats_info.h"
#include "remoting/protocol/get_topics_by_cluster.h"
#include "remoting/protocol/notify_consumer_ids_changed.h"
#include "remoting/protocol/pull_message.h"
#include "remoting/protocol/put_kv_config.h"
#include "remoting/protocol/query_consume_queue.h"
#include "remoting/protocol/query_consume_time_span.h"
#include "remoting/protocol/query_consumer_offset.h"
#include "remoting/protocol/query_message.h"
#include "remoting/protocol/query_topic_consume_by_who.h"
#include "remoting/protocol/register_broker.h"
#include "remoting/protocol/reset_consumer_client_offset.h"
#include "remoting/protocol/search_offset_by_timestamp.h"
#include "remoting/protocol/send_message.h"
#include "remoting/protocol/unregister_broker.h"
#include "remoting/protocol/unregister_client.h"
#include "remoting/protocol/update_and_create_topic.h"
#include "remoting/protocol/update_consumer_offset.h"
#include "remoting/protocol/view_broker_stats_data.h"
#include "remoting/protocol/view_message_by_id.h"
#include "remoting/protocol/wipe_write_perm_of_broker.h"
#include "tests/golden/golden_frames.h"

namespace pintle::remoting {
namespace {

using DecodeAs = std::string (*)(const Command&);

// What is wrong with a request as a Struct: empty when it decodes, and every field that the struct
// knows is written again as it came.
template <typename Struct>
std::string Problem(const Command& command) {
  Struct request;
  const Status decoded = DecodeFields(command, request);
  if (!decoded) return decoded.error().message;
  std::string problem;
  VisitFields(request, [&](std::string_view name, std::string_view value) {
    const Field* field = command.Find(name);
    // What was not sent is written with its default.
    if (field != nullptr && field->value != value)
      problem += fmt::format("{} is {}, came as {}; ", name, value, field->value);
  });
  return problem;
}

const std::map<int32_t, DecodeAs> kRequests = {
    {10, Problem<SendMessageLongRequest>},
    {11, Problem<PullMessageRequest>},
    {12, Problem<QueryMessageRequest>},
    {14, Problem<QueryConsumerOffsetRequest>},
    {15, Problem<UpdateConsumerOffsetRequest>},
    {17, Problem<UpdateAndCreateTopicRequest>},
    {29, Problem<SearchOffsetByTimestampRequest>},
    {30, Problem<GetMaxOffsetRequest>},
    {31, Problem<GetMinOffsetRequest>},
    {32, Problem<GetEarliestMsgStoreTimeRequest>},
    {33, Problem<ViewMessageByIdRequest>},
    {35, Problem<UnregisterClientRequest>},
    {36, Problem<ConsumerSendMsgBackRequest>},
    {37, Problem<EndTransactionRequest>},
    {38, Problem<GetConsumerListByGroupRequest>},
    {39, Problem<CheckTransactionStateRequest>},
    {40, Problem<NotifyConsumerIdsChangedRequest>},
    {100, Problem<PutKvConfigRequest>},
    {101, Problem<GetKvConfigRequest>},
    {102, Problem<DeleteKvConfigRequest>},
    {103, Problem<RegisterBrokerRequest>},
    {104, Problem<UnregisterBrokerRequest>},
    {105, Problem<GetRouteInfoByTopicRequest>},
    {202, Problem<GetTopicStatsInfoRequest>},
    {203, Problem<GetConsumerConnectionListRequest>},
    {204, Problem<GetProducerConnectionListRequest>},
    {205, Problem<WipeWritePermOfBrokerRequest>},
    {207, Problem<DeleteSubscriptionGroupRequest>},
    {208, Problem<GetConsumeStatsRequest>},
    {215, Problem<DeleteTopicInBrokerRequest>},
    {216, Problem<DeleteTopicInNamesrvRequest>},
    {219, Problem<GetKvListByNamespaceRequest>},
    {220, Problem<ResetConsumerClientOffsetRequest>},
    {221, Problem<GetConsumerStatusFromClientRequest>},
    {222, Problem<ResetConsumerClientOffsetRequest>},
    {223, Problem<GetConsumerStatusFromClientRequest>},
    {224, Problem<GetTopicsByClusterRequest>},
    {300, Problem<QueryTopicConsumeByWhoRequest>},
    {303, Problem<QueryConsumeTimeSpanRequest>},
    {307, Problem<GetConsumerRunningInfoRequest>},
    {310, Problem<SendMessageRequest>},
    {314, Problem<CloneGroupOffsetRequest>},
    {315, Problem<ViewBrokerStatsDataRequest>},
    {317, Problem<GetBrokerConsumeStatsRequest>},
    {320, Problem<SendMessageRequest>},
    {321, Problem<QueryConsumeQueueRequest>},
    {327, Problem<AddWritePermOfBrokerRequest>},
    {351, Problem<GetTopicConfigRequest>},
};

TEST(RequestsTest, FitTheirStructs) {
  std::map<int32_t, int> seen;
  for (const testing::GoldenFrame& frame : testing::GoldenFrames()) {
    ScratchArena arena;
    Command command;
    ASSERT_TRUE(DecodeCommand(AsBytes(frame.bytes), arena, command)) << frame.file;
    if (command.head.is_response()) continue;
    const auto as = kRequests.find(command.head.code);
    if (as == kRequests.end()) continue;
    ++seen[command.head.code];
    EXPECT_EQ(as->second(command), "") << frame.file;
  }
  for (const auto& [code, decode] : kRequests) EXPECT_GT(seen[code], 0) << code << " not recorded";
}

}  // namespace
}  // namespace pintle::remoting
