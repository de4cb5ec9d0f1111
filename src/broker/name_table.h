// Immutable values by name, looked up far more often than changed.
//
// Threads: any thread. A value that was found stays valid for as long as it is held, also after it
// was replaced.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace pintle::broker {

// Lets a table keyed by std::string be searched by std::string_view without a copy.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

template <typename T>
class NameTable {
 public:
  using Value = std::shared_ptr<const T>;

  // nullptr when there is none.
  Value Find(std::string_view name) const {
    const Shard& shard = ShardOf(name);
    MutexLock lock(shard.mutex);
    const auto found = shard.values.find(name);
    return found == shard.values.end() ? nullptr : found->second;
  }

  // Returns what was there before.
  Value Put(std::string_view name, Value value) {
    Shard& shard = ShardOf(name);
    MutexLock lock(shard.mutex);
    auto& place = shard.values[std::string(name)];
    return std::exchange(place, std::move(value));
  }

  Value Erase(std::string_view name) {
    Shard& shard = ShardOf(name);
    MutexLock lock(shard.mutex);
    const auto found = shard.values.find(name);
    if (found == shard.values.end()) return nullptr;
    Value old = std::move(found->second);
    shard.values.erase(found);
    return old;
  }

  size_t size() const {
    size_t size = 0;
    for (const Shard& shard : shards_) {
      MutexLock lock(shard.mutex);
      size += shard.values.size();
    }
    return size;
  }

  // Everything, in order of name.
  std::vector<std::pair<std::string, Value>> All() const {
    std::vector<std::pair<std::string, Value>> all;
    for (const Shard& shard : shards_) {
      MutexLock lock(shard.mutex);
      all.insert(all.end(), shard.values.begin(), shard.values.end());
    }
    std::ranges::sort(all, {}, [](const auto& entry) -> const std::string& { return entry.first; });
    return all;
  }

 private:
  struct alignas(64) Shard {
    mutable Mutex mutex;
    std::unordered_map<std::string, Value, TextHash, std::equal_to<>> values GUARDED_BY(mutex);
  };

  static constexpr size_t kShards = 16;

  const Shard& ShardOf(std::string_view name) const { return shards_[TextHash()(name) % kShards]; }
  Shard& ShardOf(std::string_view name) { return shards_[TextHash()(name) % kShards]; }

  std::array<Shard, kShards> shards_;
};

}  // namespace pintle::broker
