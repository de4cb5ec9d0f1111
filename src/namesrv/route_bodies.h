// Answers to "where is this topic?" as bytes that are ready to be sent.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/mutex.h"
#include "namesrv/kv_config.h"
#include "namesrv/route_table.h"
#include "namesrv/settings.h"
#include "remoting/json.h"

namespace pintle::namesrv {

// Encodes a topic's route once per change of the tables that it is made of; a route read is then
// one look-up. Threads: any thread.
class RouteBodies {
 public:
  using Text = std::shared_ptr<const std::string>;

  // Keeps up to `bytes_max` of encoded routes. The tables outlive it.
  RouteBodies(const RouteTable& routes, const KvConfig& kv, const Settings& settings,
              size_t bytes_max);

  // nullptr when there is no route. `style` is what the client's version can read.
  Text Find(std::string_view topic, remoting::JsonStyle style);
  // Not kept: without brokers of other zones, but with those that lost their master.
  Text FindInZone(std::string_view topic, remoting::JsonStyle style, std::string_view zone) const;

 private:
  struct Entry {
    uint64_t version = 0;
    Text standard;
    Text legacy;
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  std::optional<model::TopicRoute> Route(const std::string& topic) const;
  void Keep(std::string_view topic, remoting::JsonStyle style, uint64_t version, Text text);
  // Changes with each of the tables.
  uint64_t version() const { return routes_.version() + kv_.version() + settings_.version(); }

  const RouteTable& routes_;
  const KvConfig& kv_;
  const Settings& settings_;
  const size_t bytes_max_;

  Mutex mutex_;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_ GUARDED_BY(mutex_);
  size_t bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace pintle::namesrv
