// How a broker names itself, where it is found, and its bounds. Names in RocketMQ's configuration
// are given where they exist.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/delay_levels.h"
#include "model/topic.h"

namespace pintle::broker {

struct BrokerOptions {
  std::string name = "broker-a";           // brokerName
  std::string cluster = "DefaultCluster";  // brokerClusterName
  int64_t id = 0;                          // brokerId: 0 is the master
  std::vector<std::string> name_servers;   // namesrvAddr, "host:port" each
  std::string region = "DefaultRegion";    // regionId: told to producers for message traces
  bool store_replies = true;               // storeReplyMessageEnable: replies are stored, too
  bool trace_on = true;                    // traceOn: told to producers for message traces
  bool trace_topic = false;                // traceTopicEnable: keep RMQ_SYS_TRACE_TOPIC here

  // Topics and groups
  bool topics_auto_create = true;  // autoCreateTopicEnable
  bool groups_auto_create = true;  // autoCreateSubscriptionGroup
  int32_t topic_queues = 8;        // defaultTopicQueueNums: queues of an auto-created topic
  int32_t perm = model::kPermRead | model::kPermWrite;  // brokerPermission
  bool cluster_topic = true;                            // clusterTopicEnable
  bool broker_topic = true;                             // brokerTopicEnable
  int32_t revive_queues = 8;  // reviveQueueNum: queues of the pop revive log
  // Of all topics together. What the broker needs itself (retries, dead letters) comes on top.
  int64_t queues_max = 1'000'000;

  // Sending
  int32_t message_bytes_max = 4 << 20;  // maxMessageSize: the body; told in refusals
  bool sync_flush = false;              // flushDiskType: a send is answered when durable
  int64_t flush_timeout_ms = 5'000;     // syncFlushTimeout: then FLUSH_DISK_TIMEOUT
  // How long a send that the disk has no room for waits, unstored, before SYSTEM_BUSY: less than
  // the 3 s after which clients give up, so that no answer comes too late.
  int64_t room_wait_ms = 2'000;
  int64_t held_sends_bytes = 64 << 20;  // the messages of all that wait so
  bool reject_transactions = false;     // rejectTransactionMessage
  // messageDelayLevel: how long level 1, 2, ... is. The store's are the same.
  model::DelayLevels delay_levels_ms = model::DefaultDelayLevels();
  // flushDelayOffsetInterval. RocketMQ's 10 s is what it repeats after a crash.
  int64_t delay_offsets_flush_ms = 1'000;

  // Transactions
  int64_t transaction_timeout_ms = 6'000;          // transactionTimeOut: until the first question
  int64_t transaction_check_interval_ms = 30'000;  // transactionCheckInterval: between questions
  int32_t transaction_checks_max = 15;  // transactionCheckMax: then TRANS_CHECK_MAX_TIME_TOPIC

  // Reading
  bool lite_pull = true;                 // litePullMessageEnable
  bool property_filter = false;          // enablePropertyFilter: SQL92 subscriptions
  bool property_filter_retries = false;  // filterSupportRetry: on retry topics by the first topic's
  bool long_polling = true;              // longPollingEnable
  // slaveReadEnable: a group that reads what is not in memory any more is sent to the broker id that
  // its configuration names for the slow, any other to the one that it names else.
  bool slave_read = false;
  int64_t short_polling_ms = 1'000;      // shortPollingTimeMills: the hold without long polling
  int64_t hold_ms_max = 300'000;         // the longest a pull is held, whatever it asks for
  size_t held_pulls_max = 100'000;       // past it an empty pull is answered at once
  int32_t recent_messages_max = 32;      // maxTransferCountOnMessageInMemory
  int64_t recent_bytes_max = 256 << 10;  // maxTransferBytesOnMessageInMemory
  // RocketMQ's defaults are 8 and 64 KiB, which makes catching up four times as many requests.
  int32_t cold_messages_max = 32;      // maxTransferCountOnMessageInDisk
  int64_t cold_bytes_max = 256 << 10;  // maxTransferBytesOnMessageInDisk
  int32_t query_messages_max = 32;     // defaultQueryMaxNum

  // Clients
  int64_t client_expiry_ms = 120'000;  // channelExpiredTimeout: without a heartbeat
  int64_t client_scan_ms = 10'000;     // how often that is looked for
  int64_t queue_lock_ms = 60'000;      // rocketmq.broker.rebalance.lockMaxLiveTime
  // useServerSideResetOffset: false tells connected consumers to go to a reset offset (code 220)
  // instead of sending their next pulls there.
  bool server_side_reset = true;
  bool notify_group_changes = true;  // notifyConsumerIdsChangedEnable

  // Queues that are added and drained by a topic's policy
  int64_t queue_policy_interval_ms = 10'000;  // how often topics are looked at
  // How long there must be few unread messages before queues are drained, and how long nothing may
  // come to a drained queue before it is closed: longer than producers keep an old route.
  int64_t queue_policy_quiet_ms = 120'000;

  // Upkeep
  int64_t register_interval_ms = 30'000;  // registerNameServerPeriod
  int64_t register_timeout_ms = 24'000;   // registerBrokerTimeoutMills
  bool register_compressed = false;       // compressedRegister
  int64_t offsets_flush_ms = 5'000;       // flushConsumerOffsetInterval
};

}  // namespace pintle::broker
