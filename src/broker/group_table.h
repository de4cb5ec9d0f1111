// The consumer groups of this broker, kept in config/subscriptionGroup.json.
//
// Threads: any thread, but for Load() by the owner before use.
#pragma once

#include <cstdint>
#include <map>
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
#include "model/group.h"
#include "model/topic.h"

namespace pintle::broker {

using Group = model::SubscriptionGroupConfig;
// Group -> topic -> bits of what is forbidden; bit 4 is reading.
using ForbiddenTable = std::map<std::string, std::map<std::string, int32_t>>;

class GroupTable {
 public:
  GroupTable(const Clock& clock, const BrokerOptions& options, FileSystem& fs,
             BoundedExecutor& executor, std::string path);

  // Reads the file and adds the groups that every broker has.
  Status Load();

  // nullptr when there is none.
  std::shared_ptr<const Group> Find(std::string_view name) const { return groups_.Find(name); }
  // Makes the group when groups are made by themselves and the name is allowed; nullptr otherwise.
  std::shared_ptr<const Group> FindOrCreate(std::string_view name);
  size_t size() const { return groups_.size(); }
  std::vector<std::pair<std::string, std::shared_ptr<const Group>>> All() const {
    return groups_.All();
  }
  model::DataVersion version() const;
  ForbiddenTable forbidden() const;
  bool IsReadForbidden(std::string_view group, std::string_view topic) const;

  // Creates or replaces. `config.attributes` are changes as requests name them.
  Outcome<MetadataFile::Change> Update(Group config);
  // The change is 0 when there is no such group.
  MetadataFile::Change Delete(std::string_view name);

  MetadataFile& file() { return file_; }

 private:
  void AddIfMissing(std::string_view name);
  MetadataFile::Change Put(Group config) REQUIRES(mutex_);
  std::string Encode() const;
  Status Decode(std::string_view text);

  const Clock& clock_;
  const BrokerOptions& options_;

  NameTable<Group> groups_;
  mutable Mutex mutex_;  // one change at a time
  model::DataVersion version_ GUARDED_BY(mutex_);
  ForbiddenTable forbidden_ GUARDED_BY(mutex_);
  MetadataFile file_;
};

}  // namespace pintle::broker
