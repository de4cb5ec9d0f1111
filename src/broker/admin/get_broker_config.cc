#include "broker/admin/get_broker_config.h"

#include <fmt/format.h>

#include <iterator>
#include <string>

#include "remoting/bodies/json_parts.h"

namespace pintle::broker {
namespace {

// The keys that RocketMQ's tools know, with what they are here.
std::string Properties(const Broker& broker) {
  const BrokerOptions& options = broker.options();
  std::string text;
  const auto add = [&](std::string_view key, const auto& value) {
    fmt::format_to(std::back_inserter(text), "{}={}\n", key, value);
  };
  add("brokerName", options.name);
  add("brokerClusterName", options.cluster);
  add("brokerId", options.id);
  add("brokerIP1", broker.address().advertised.host);
  add("listenPort", broker.address().advertised.port);
  add("namesrvAddr", fmt::format("{}", fmt::join(options.name_servers, ";")));
  add("regionId", options.region);
  add("traceOn", options.trace_on);
  add("traceTopicEnable", options.trace_topic);
  add("autoCreateTopicEnable", options.topics_auto_create);
  add("autoCreateSubscriptionGroup", options.groups_auto_create);
  add("defaultTopicQueueNums", options.topic_queues);
  add("brokerPermission", options.perm);
  add("clusterTopicEnable", options.cluster_topic);
  add("brokerTopicEnable", options.broker_topic);
  add("reviveQueueNum", options.revive_queues);
  add("maxMessageSize", options.message_bytes_max);
  add("flushDiskType", options.sync_flush ? "SYNC_FLUSH" : "ASYNC_FLUSH");
  add("syncFlushTimeout", options.flush_timeout_ms);
  add("rejectTransactionMessage", options.reject_transactions);
  add("litePullMessageEnable", options.lite_pull);
  add("transactionTimeOut", options.transaction_timeout_ms);
  add("transactionCheckInterval", options.transaction_check_interval_ms);
  add("transactionCheckMax", options.transaction_checks_max);
  add("enablePropertyFilter", options.property_filter);
  add("filterSupportRetry", options.property_filter_retries);
  add("longPollingEnable", options.long_polling);
  add("shortPollingTimeMills", options.short_polling_ms);
  add("maxTransferCountOnMessageInMemory", options.recent_messages_max);
  add("maxTransferBytesOnMessageInMemory", options.recent_bytes_max);
  add("maxTransferCountOnMessageInDisk", options.cold_messages_max);
  add("maxTransferBytesOnMessageInDisk", options.cold_bytes_max);
  add("defaultQueryMaxNum", options.query_messages_max);
  add("channelExpiredTimeout", options.client_expiry_ms);
  add("notifyConsumerIdsChangedEnable", options.notify_group_changes);
  add("registerNameServerPeriod", options.register_interval_ms);
  add("registerBrokerTimeoutMills", options.register_timeout_ms);
  add("compressedRegister", options.register_compressed);
  add("flushConsumerOffsetInterval", options.offsets_flush_ms);
  add("brokerRole", options.id == 0 ? "ASYNC_MASTER" : "SLAVE");
  return text;
}

}  // namespace

remoting::Reply<GetBrokerConfig::Response> GetBrokerConfig::Handle(Broker& broker,
                                                                   const remoting::Call<Request>&) {
  remoting::Reply<Response> answer;
  // The configuration is that of the start.
  answer.fields.version = remoting::EncodeDataVersion({0, broker.traffic().started_ms(), 0});
  answer.body.owned = Properties(broker);
  return answer;
}

}  // namespace pintle::broker
