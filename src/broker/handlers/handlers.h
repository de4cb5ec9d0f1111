// The requests that a broker serves, as a list: what is not in it is answered with
// REQUEST_CODE_NOT_SUPPORTED.
#pragma once

#include "broker/admin/clone_group_offset.h"
#include "broker/admin/consume_message_directly.h"
#include "broker/admin/delete_subscription_group.h"
#include "broker/admin/delete_topic_in_broker.h"
#include "broker/admin/get_all_consumer_offset.h"
#include "broker/admin/get_all_delay_offset.h"
#include "broker/admin/get_all_producer_info.h"
#include "broker/admin/get_all_subscription_group_config.h"
#include "broker/admin/get_all_topic_config.h"
#include "broker/admin/get_broker_config.h"
#include "broker/admin/get_broker_consume_stats.h"
#include "broker/admin/get_broker_runtime_info.h"
#include "broker/admin/get_consume_stats.h"
#include "broker/admin/get_consumer_connection_list.h"
#include "broker/admin/get_consumer_running_info.h"
#include "broker/admin/get_producer_connection_list.h"
#include "broker/admin/get_subscription_group_config.h"
#include "broker/admin/get_system_topic_list_from_broker.h"
#include "broker/admin/get_topic_config.h"
#include "broker/admin/get_topic_stats_info.h"
#include "broker/admin/invoke_broker_to_get_consumer_status.h"
#include "broker/admin/invoke_broker_to_reset_offset.h"
#include "broker/admin/query_consume_queue.h"
#include "broker/admin/query_consume_time_span.h"
#include "broker/admin/query_subscription_by_consumer.h"
#include "broker/admin/query_topic_consume_by_who.h"
#include "broker/admin/query_topics_by_consumer.h"
#include "broker/admin/resume_check_half_message.h"
#include "broker/admin/update_and_create_subscription_group.h"
#include "broker/admin/update_and_create_topic.h"
#include "broker/handlers/check_client_config.h"
#include "broker/handlers/consumer_send_msg_back.h"
#include "broker/handlers/end_transaction.h"
#include "broker/handlers/get_consumer_list_by_group.h"
#include "broker/handlers/get_earliest_msg_store_time.h"
#include "broker/handlers/get_max_offset.h"
#include "broker/handlers/get_min_offset.h"
#include "broker/handlers/heart_beat.h"
#include "broker/handlers/lock_batch_mq.h"
#include "broker/handlers/pull_message.h"
#include "broker/handlers/query_consumer_offset.h"
#include "broker/handlers/query_message.h"
#include "broker/handlers/search_offset_by_timestamp.h"
#include "broker/handlers/send_message.h"
#include "broker/handlers/send_reply_message.h"
#include "broker/handlers/unlock_batch_mq.h"
#include "broker/handlers/unregister_client.h"
#include "broker/handlers/update_consumer_offset.h"
#include "broker/handlers/view_message_by_id.h"
#include "remoting/dispatch.h"

namespace pintle::broker {

// Served on every port, and `More`.
template <typename... More>
using Serving = remoting::HandlerList<
    SendMessage, SendMessageLong, SendReplyMessage, SendReplyMessageLong, ConsumerSendMsgBack,
    EndTransaction, QueryMessage, ViewMessageById, HeartBeat, UnregisterClient, CheckClientConfig,
    GetConsumerListByGroup, QueryConsumerOffset, UpdateConsumerOffset, SearchOffsetByTimestamp,
    GetMaxOffset, GetMinOffset, GetEarliestMsgStoreTime, LockBatchMq, UnlockBatchMq,
    UpdateAndCreateTopic, DeleteTopicInBroker, GetAllTopicConfig, GetTopicConfig, GetTopicStatsInfo,
    UpdateAndCreateSubscriptionGroup, DeleteSubscriptionGroup, GetAllSubscriptionGroupConfig,
    GetSubscriptionGroupConfig, GetConsumerConnectionList, GetProducerConnectionList,
    GetConsumeStats, GetAllConsumerOffset, GetAllDelayOffset, InvokeBrokerToResetOffset,
    InvokeBrokerToGetConsumerStatus, CloneGroupOffset, GetConsumerRunningInfo,
    ConsumeMessageDirectly, GetAllProducerInfo, GetBrokerConsumeStats, QueryTopicConsumeByWho,
    QueryTopicsByConsumer, QuerySubscriptionByConsumer, QueryConsumeTimeSpan, QueryConsumeQueue,
    GetSystemTopicListFromBroker, ResumeCheckHalfMessage, GetBrokerRuntimeInfo, GetBrokerConfig,
    More...>;

using MainHandlers = Serving<PullMessage>;
// The second port, which RocketMQ calls the fast one: nobody waits there for messages.
using VipHandlers = Serving<>;

}  // namespace pintle::broker
