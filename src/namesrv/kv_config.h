// The name server's key-value table: namespaces of keys, in a file.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/file_system.h"
#include "base/mutex.h"

namespace pintle::namesrv {

// The namespace whose values are the order texts of topics: "broker-a:4;broker-b:4".
inline constexpr std::string_view kOrderTopicNamespace = "ORDER_TOPIC_CONFIG";

// Threads: any thread. Put() and Delete() write the file and wait for the disk; they are for the
// pool. The file is RocketMQ's kvConfig.json: {"configTable":{namespace:{key:value}}}.
class KvConfig {
 public:
  using Values = std::map<std::string, std::string>;

  // Reads the file when there is one. kMalformed when it is not what it should be.
  static Result<std::unique_ptr<KvConfig>> Open(FileSystem& fs, std::string path);

  // The change is on disk when it returns, or it did not happen.
  Status Put(const std::string& name_space, const std::string& key, const std::string& value);
  // Not an error when it is not there.
  Status Delete(const std::string& name_space, const std::string& key);

  std::optional<std::string> Get(const std::string& name_space, const std::string& key) const;
  // Nothing for a namespace that never had a key.
  std::optional<Values> List(const std::string& name_space) const;
  // Changes with every change.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }

 private:
  using Table = std::map<std::string, Values>;

  KvConfig(FileSystem& fs, std::string path) : fs_(fs), path_(std::move(path)) {}
  Table Copy() const;
  Status Replace(Table table) REQUIRES(writing_);

  FileSystem& fs_;
  const std::string path_;
  Mutex writing_;  // one change at a time; taken before mutex_
  mutable Mutex mutex_;
  Table table_ GUARDED_BY(mutex_);
  std::atomic<uint64_t> version_{1};
};

}  // namespace pintle::namesrv
