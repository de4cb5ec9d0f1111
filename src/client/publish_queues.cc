#include "client/publish_queues.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "client/sdk_error.h"
#include "model/topic.h"

namespace pintle::client {

namespace {

constexpr int32_t kQueuesMax = 100'000;  // of one broker, so that a slip of the pen fills no memory

std::string_view TakeWord(std::string_view& text, char end) {
  const size_t size = std::min(text.find(end), text.size());
  const std::string_view word = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return word;
}

// "broker-a:4;broker-b:4"
std::optional<std::vector<MessageQueue>> ParseOrder(const std::string& topic,
                                                    std::string_view text) {
  std::vector<MessageQueue> queues;
  while (!text.empty()) {
    std::string_view rest = TakeWord(text, ';');
    if (rest.empty()) continue;
    const std::string_view broker = TakeWord(rest, ':');
    const std::string_view number = TakeWord(rest, ':');
    int32_t count = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), count);
    if (broker.empty() || error != std::errc() || end != number.data() + number.size() ||
        count < 0 || count > kQueuesMax)
      return std::nullopt;
    for (int32_t id = 0; id < count; ++id)
      queues.push_back({.topic = topic, .broker_name = std::string(broker), .queue_id = id});
  }
  return queues;
}

bool HasMaster(const model::TopicRoute& route, const std::string& broker_name) {
  return std::ranges::any_of(route.brokers, [&](const model::BrokerRoute& broker) {
    return broker.broker_name == broker_name && broker.addresses.contains(model::kMasterId);
  });
}

}  // namespace

Result<PublishQueues> QueuesToPublish(const std::string& topic,
                                      std::shared_ptr<const model::TopicRoute> route,
                                      int32_t most) {
  PublishQueues out;
  if (most == 0 && !route->order_topic_conf.empty()) {
    auto queues = ParseOrder(topic, route->order_topic_conf);
    if (!queues)
      return SdkFail(ErrorCode::kInvalidArgument,
                     fmt::format("the order configuration of topic {} is \"{}\"; it must be as "
                                 "\"broker-a:4;broker-b:4\"",
                                 topic, route->order_topic_conf));
    out.queues = *std::move(queues);
  } else {
    for (const model::QueueRoute& at : route->queues) {
      if ((at.perm & model::kPermWrite) == 0 || !HasMaster(*route, at.broker_name)) continue;
      const int32_t count = most > 0 ? std::min(most, at.write_queues) : at.write_queues;
      for (int32_t id = 0; id < count; ++id) out.queues.push_back({topic, at.broker_name, id});
    }
    std::ranges::sort(out.queues);
  }
  if (out.queues.empty())
    return SdkFail(ErrorCode::kNoRoute,
                   fmt::format("topic {} has no writable queue with a live master", topic));
  out.route = std::move(route);
  return out;
}

}  // namespace pintle::client
