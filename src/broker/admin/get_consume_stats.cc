#include "broker/admin/get_consume_stats.h"

#include <algorithm>
#include <string>
#include <vector>

#include "broker/admin/answer_in_background.h"
#include "broker/admin/queue_progress.h"
#include "remoting/bodies/queue_stats.h"

namespace pintle::broker {
namespace {

using Request = GetConsumeStats::Request;

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

// Topics that are listed are taken as they are; otherwise those that the group has offsets of,
// and while it is connected, of these the ones that it subscribes to.
std::vector<std::string> TopicsOf(Broker& broker, const Request& request) {
  std::vector<std::string> topics = Split(request.topic_list, ';');
  if (!topics.empty()) return topics;
  topics = request.topic.empty() ? broker.offsets().TopicsOf(request.consumer_group)
                                 : std::vector{request.topic};
  const auto group = broker.clients().FindGroup(request.consumer_group);
  if (group && !group->subscriptions.empty())
    std::erase_if(topics, [&](const auto& topic) { return !group->subscriptions.contains(topic); });
  return topics;
}

std::string Collect(Broker& broker, const Request& request) {
  remoting::ConsumeStats stats;
  for (const std::string& name : TopicsOf(broker, request)) {
    const auto topic = broker.topics().Find(name);
    if (topic == nullptr) continue;
    for (int32_t id = 0; id < topic->config().read_queues; ++id) {
      stats.queues.emplace(model::MessageQueue{name, broker.options().name, id},
                           QueueStatsOf(broker, name, request.consumer_group, id));
    }
    stats.consume_tps += broker.offsets().MessagesPerSecond(name, request.consumer_group);
  }
  return remoting::EncodeConsumeStats(stats);
}

}  // namespace

net::Task<remoting::Reply<GetConsumeStats::Response>> GetConsumeStats::Handle(
    Broker& broker, remoting::Call<Request> call) {
  const Request& request = call.request;
  const auto collect = [&broker, &request] { return Collect(broker, request); };
  co_return co_await AnswerInBackground<Response>(broker, call.session->loop(), collect);
}

}  // namespace pintle::broker
