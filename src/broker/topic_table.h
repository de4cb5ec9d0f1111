// The topics of this broker, kept in config/topics.json.
//
// Threads: any thread, but for Load() and SetChangeListener() by the owner before use.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "broker/broker_options.h"
#include "broker/metadata_file.h"
#include "broker/name_table.h"
#include "broker/refusal.h"
#include "broker/topic.h"
#include "model/topic.h"
#include "store/message_store.h"

namespace pintle::broker {

// A topic, and the change of the table after which it is durable (0: it was there before).
struct TopicChange {
  std::shared_ptr<const Topic> topic;
  MetadataFile::Change change = 0;
};

// What a topic that is not configured by hand gets.
struct TopicDefaults {
  int32_t queues = 1;
  int32_t perm = model::kPermRead | model::kPermWrite;
  bool order = false;
  int32_t sys_flag = 0;
};

class TopicTable {
 public:
  // `path` is the file's. Borrows everything.
  TopicTable(store::MessageStore& store, const Clock& clock, const BrokerOptions& options,
             FileSystem& fs, BoundedExecutor& executor, std::string path);

  // Reads the file and adds the topics that every broker has.
  Status Load();
  // Told of every topic that was created or changed, on the thread that did it, outside of the
  // table's locks.
  void SetChangeListener(std::function<void(std::string_view topic)> listener) {
    changed_ = std::move(listener);
  }

  // nullptr when there is none.
  std::shared_ptr<const Topic> Find(std::string_view name) const { return topics_.Find(name); }
  bool Contains(std::string_view name) const { return Find(name) != nullptr; }
  size_t size() const { return topics_.size(); }
  // Of all topics.
  int64_t queue_count() const;
  std::vector<std::pair<std::string, std::shared_ptr<const Topic>>> All() const {
    return topics_.All();
  }
  model::DataVersion version() const;
  bool IsOrdered(std::string_view name) const;
  // Names that clients may neither create nor delete: the protocol's, and this broker's own.
  bool IsSystem(std::string_view name) const;

  // The topic, made after the pattern of `default_topic` when it does not exist: the smaller
  // number of queues of the two, the pattern's permissions without the inheritance. kTopicMissing
  // when the pattern does not exist or must not be inherited.
  Outcome<TopicChange> FindOrInherit(std::string_view name, std::string_view default_topic,
                                     int32_t queues, int32_t sys_flag);
  // The topic, made with `defaults` when it does not exist. An existing one takes over `order`.
  TopicChange FindOrCreate(std::string_view name, const TopicDefaults& defaults);
  // Creates or replaces. `config.attributes` are changes as requests name them ("+key", "-key").
  // The change is 0 when nothing differs.
  Outcome<TopicChange> Update(model::TopicConfig config);
  // Gives the topic other numbers of queues. The change is 0 when the topic is not the one that was
  // seen any more; kUnavailable when the broker would have too many queues.
  Outcome<TopicChange> Resize(const Topic& seen, int32_t read_queues, int32_t write_queues);
  // The change is 0 when there is no such topic.
  MetadataFile::Change Delete(std::string_view name);
  // Marks topics as ordered, as the name server's configuration says. Unknown names are left out.
  void MarkOrdered(const std::vector<std::string>& names);

  // Measures how fast each topic fills since the last time. One caller.
  void SampleRates();

  MetadataFile& file() { return file_; }

 private:
  std::shared_ptr<const Topic> Make(model::TopicConfig config) const;
  void AddSystemTopics();
  void AddIfMissing(std::string_view name, int32_t queues, int32_t perm);
  MetadataFile::Change Put(model::TopicConfig config) REQUIRES(mutex_);
  // kUnavailable when the broker would have too many queues with this topic as it is to be.
  Outcome<void> CheckRoom(const model::TopicConfig& config) const REQUIRES(mutex_);
  void Count(std::string_view name, int64_t sign) REQUIRES(mutex_);
  std::string Encode() const;
  Status Decode(std::string_view text);

  store::MessageStore& store_;
  const Clock& clock_;
  const BrokerOptions& options_;
  std::function<void(std::string_view)> changed_;  // const after construction

  NameTable<Topic> topics_;
  mutable Mutex mutex_;  // one change at a time
  model::DataVersion version_ GUARDED_BY(mutex_);
  int64_t queues_ GUARDED_BY(mutex_) = 0;  // of all topics
  MetadataFile file_;
};

}  // namespace pintle::broker
