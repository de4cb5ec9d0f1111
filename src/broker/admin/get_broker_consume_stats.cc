#include "broker/admin/get_broker_consume_stats.h"

#include <string>
#include <utility>
#include <vector>

#include "broker/admin/answer_in_background.h"
#include "broker/admin/queue_progress.h"
#include "remoting/bodies/queue_stats.h"

namespace pintle::broker {
namespace {

using remoting::BrokerConsumeStats;
using remoting::ConsumeStats;

// A connected group's topics are those that it subscribes to.
bool IsConsumed(Broker& broker, const std::string& group, const std::string& topic) {
  const auto members = broker.clients().FindGroup(group);
  return !members || members->subscriptions.empty() || members->subscriptions.contains(topic);
}

std::string Collect(Broker& broker, bool ordered_only) {
  BrokerConsumeStats all;
  all.broker_address = broker.address().advertised.ToString();
  for (const auto& [group, config] : broker.groups().All()) {
    std::vector<ConsumeStats>& topics = all.groups[group];
    for (const std::string& name : broker.offsets().TopicsOf(group)) {
      const auto topic = broker.topics().Find(name);
      if (topic == nullptr || (ordered_only && !topic->config().order) ||
          !IsConsumed(broker, group, name))
        continue;
      ConsumeStats& stats = topics.emplace_back();
      for (int32_t id = 0; id < topic->config().write_queues; ++id) {
        const ConsumeStats::Queue queue = QueueStatsOf(broker, name, group, id);
        all.total_diff += queue.broker_offset - queue.consumer_offset;
        all.total_inflight_diff += queue.pull_offset - queue.consumer_offset;
        stats.queues.emplace(model::MessageQueue{name, broker.options().name, id}, queue);
      }
      stats.consume_tps = broker.offsets().MessagesPerSecond(name, group);
    }
  }
  return remoting::EncodeBrokerConsumeStats(all);
}

}  // namespace

net::Task<remoting::Reply<GetBrokerConsumeStats::Response>> GetBrokerConsumeStats::Handle(
    Broker& broker, remoting::Call<Request> call) {
  const auto collect = [&broker, order = call.request.order] { return Collect(broker, order); };
  co_return co_await AnswerInBackground<Response>(broker, call.session->loop(), collect);
}

}  // namespace pintle::broker
