#include "broker/handlers/heart_beat.h"

#include <algorithm>
#include <utility>

#include "model/topic.h"
#include "remoting/bodies/heartbeat.h"

namespace pintle::broker {
namespace {

constexpr int32_t kUnitSubscription = 2;

bool WantsOrderedTopic(Broker& broker, const remoting::ConsumerData& consumer) {
  return std::ranges::any_of(consumer.subscriptions, [&](const model::Subscription& wanted) {
    return broker.topics().IsOrdered(wanted.topic);
  });
}

// A group that is not known, and must not be made, is passed over; its pulls say so.
void RegisterConsumer(Broker& broker, const Client& client, remoting::ConsumerData consumer,
                      bool keep_subscriptions) {
  const auto group = broker.groups().FindOrCreate(consumer.group);
  if (group == nullptr) return;
  // The retry topic must be there before the first message fails.
  TopicDefaults defaults;
  defaults.queues = group->retry_queues;
  defaults.order = WantsOrderedTopic(broker, consumer);
  defaults.sys_flag = consumer.unit_mode ? kUnitSubscription : 0;
  const TopicChange retry =
      broker.topics().FindOrCreate(model::RetryTopicOf(consumer.group), defaults);
  if (retry.change != 0) broker.topics().file().WriteSoon();
  broker.clients().RegisterConsumer(client, std::move(consumer), keep_subscriptions,
                                    group->notify_consumer_ids_changed_enable);
}

}  // namespace

remoting::Reply<HeartBeat::Response> HeartBeat::Handle(Broker& broker,
                                                       const remoting::Call<Request>& call) {
  auto heartbeat = remoting::DecodeHeartbeat(call.body);
  if (!heartbeat) return {remoting::ResponseCode::kSystemError, heartbeat.error().message};

  const Client client{call.session, heartbeat->client_id, call.head.language, call.head.version};
  // Clients that compute a fingerprint leave their subscriptions out while it stays, and send them
  // again when told that another client's differ.
  const bool fingerprinted = heartbeat->fingerprint != 0;
  bool changed = !fingerprinted;
  for (remoting::ConsumerData& consumer : heartbeat->consumers) {
    const bool differs = broker.clients().ChangeFingerprint(consumer.group, heartbeat->fingerprint);
    changed = changed || differs;
    RegisterConsumer(broker, client, std::move(consumer), fingerprinted && heartbeat->without_sub);
  }
  for (const std::string& group : heartbeat->producer_groups)
    broker.clients().RegisterProducer(group, client);

  remoting::Reply<Response> answer;
  answer.extra.emplace_back("IS_SUPPORT_HEART_BEAT_V2", "true");
  answer.extra.emplace_back("IS_SUB_CHANGE", changed ? "true" : "false");
  return answer;
}

}  // namespace pintle::broker
