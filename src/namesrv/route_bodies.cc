#include "namesrv/route_bodies.h"

#include <algorithm>
#include <set>
#include <utility>

#include "remoting/bodies/topic_route.h"

namespace pintle::namesrv {

namespace {

using remoting::JsonStyle;

bool SameWithoutCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// A client that wants brokers of its own zone alone. A broker set without a master stays whatever
// its zone: what it still has can be consumed there only.
void KeepZone(std::string_view zone, model::TopicRoute& route) {
  std::set<std::string> removed;
  std::erase_if(route.brokers, [&](const model::BrokerRoute& broker) {
    if (!broker.addresses.contains(model::kMasterId) || SameWithoutCase(broker.zone_name, zone))
      return false;
    removed.insert(broker.broker_name);
    for (const auto& [id, address] : broker.addresses) route.filter_servers.erase(address);
    return true;
  });
  std::erase_if(route.queues, [&](const model::QueueRoute& queue) {
    return removed.contains(queue.broker_name);
  });
}

}  // namespace

RouteBodies::RouteBodies(const RouteTable& routes, const KvConfig& kv, const Settings& settings,
                         size_t bytes_max)
    : routes_(routes), kv_(kv), settings_(settings), bytes_max_(bytes_max) {}

RouteBodies::Text RouteBodies::Find(std::string_view topic, JsonStyle style) {
  // Read first: what is encoded after may be newer than it says, and is then encoded once more.
  const uint64_t now = version();
  {
    MutexLock lock(mutex_);
    const auto entry = entries_.find(topic);
    if (entry != entries_.end() && entry->second.version == now) {
      const Text& kept =
          style == JsonStyle::kStandard ? entry->second.standard : entry->second.legacy;
      if (kept != nullptr) return kept;
    }
  }
  const std::optional<model::TopicRoute> route = Route(std::string(topic));
  if (!route) return nullptr;
  auto text = std::make_shared<const std::string>(remoting::EncodeTopicRoute(*route, style));
  Keep(topic, style, now, text);
  return text;
}

RouteBodies::Text RouteBodies::FindInZone(std::string_view topic, JsonStyle style,
                                          std::string_view zone) const {
  std::optional<model::TopicRoute> route = Route(std::string(topic));
  if (!route) return nullptr;
  KeepZone(zone, *route);
  return std::make_shared<const std::string>(remoting::EncodeTopicRoute(*route, style));
}

std::optional<model::TopicRoute> RouteBodies::Route(const std::string& topic) const {
  std::optional<model::TopicRoute> route = routes_.Find(topic, settings_.acting_master());
  if (route && settings_.order_topics())
    route->order_topic_conf = kv_.Get(std::string(kOrderTopicNamespace), topic).value_or("");
  return route;
}

void RouteBodies::Keep(std::string_view topic, JsonStyle style, uint64_t version, Text text) {
  const size_t size = topic.size() + text->size() + sizeof(Entry);
  if (size > bytes_max_) return;
  MutexLock lock(mutex_);
  // A cache that is full of routes which nobody may ask for again starts anew: it fills in
  // microseconds per route.
  if (bytes_ + size > bytes_max_) {
    entries_.clear();
    bytes_ = 0;
  }
  Entry& entry = entries_[std::string(topic)];
  if (entry.version != version) {
    for (const Text& old : {entry.standard, entry.legacy})
      if (old != nullptr) bytes_ -= topic.size() + old->size() + sizeof(Entry);
    entry = {.version = version, .standard = nullptr, .legacy = nullptr};
  }
  Text& place = style == JsonStyle::kStandard ? entry.standard : entry.legacy;
  if (place != nullptr) return;
  place = std::move(text);
  bytes_ += size;
}

}  // namespace pintle::namesrv
