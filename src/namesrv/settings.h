// What an administrator can change in a running name server.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace pintle::namesrv {

// Defaults are RocketMQ's.
struct SettingValues {
  bool order_topics = false;             // orderMessageEnable: routes carry the topic's order text
  bool return_order_topics = true;       // returnOrderTopicConfigToBroker: with each registration
  bool acting_master = false;            // supportActingMaster: a slave stands for a lost master
  bool list_topics = true;               // enableTopicList: codes 224 and 311 to 313 are answered
  bool list_all_topics = true;           // enableAllTopicList: code 206 is answered
  bool delete_missing_topics = false;    // deleteTopicWithBrokerRegistration
  bool wait_for_brokers = false;         // needWaitForService: no routes just after the start ...
  int64_t wait_for_brokers_ms = 45'000;  // waitSecondsForService: ... for so long
};

// Threads: any thread. Each value by itself; changes last until the process ends.
class Settings {
 public:
  explicit Settings(const SettingValues& values);

  bool order_topics() const { return order_topics_.load(std::memory_order_relaxed); }
  bool return_order_topics() const { return return_order_topics_.load(std::memory_order_relaxed); }
  bool acting_master() const { return acting_master_.load(std::memory_order_relaxed); }
  bool list_topics() const { return list_topics_.load(std::memory_order_relaxed); }
  bool list_all_topics() const { return list_all_topics_.load(std::memory_order_relaxed); }
  bool delete_missing_topics() const {
    return delete_missing_topics_.load(std::memory_order_relaxed);
  }
  bool wait_for_brokers() const { return wait_for_brokers_.load(std::memory_order_relaxed); }
  int64_t wait_for_brokers_ms() const {
    return wait_for_brokers_ms_.load(std::memory_order_relaxed);
  }
  // Changes with every change.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }

  // Takes lines of RocketMQ's `key=value`. All or none: kPermissionDenied for a key that cannot be
  // changed at run time, kInvalidArgument for a line or a value that cannot be read.
  Status Update(std::string_view properties);
  // All of them as lines of `key=value`.
  std::string ToProperties() const;

 private:
  struct Entry;
  static const Entry kEntries[];

  std::atomic<bool> order_topics_;
  std::atomic<bool> return_order_topics_;
  std::atomic<bool> acting_master_;
  std::atomic<bool> list_topics_;
  std::atomic<bool> list_all_topics_;
  std::atomic<bool> delete_missing_topics_;
  std::atomic<bool> wait_for_brokers_;
  std::atomic<int64_t> wait_for_brokers_ms_;
  std::atomic<uint64_t> version_{1};
};

}  // namespace pintle::namesrv
