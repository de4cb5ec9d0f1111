// Something about each of the queue files that were used last.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "model/offsets.h"

namespace pintle::store {

// By a queue's folder and a file's first offset, in the order of the last use.
// Threads: its owner locks it.
template <typename Value>
class ByFile {
 public:
  // The file has been used. Null: there is nothing about it.
  Value* Find(std::string_view folder, model::QueueOffset first) {
    const auto found = by_key_.find({folder, first});
    if (found == by_key_.end()) return nullptr;
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return &found->second->value;
  }
  // What is there stays, and is used.
  Value& FindOrInsert(std::string_view folder, model::QueueOffset first, Value value) {
    if (Value* const found = Find(folder, first)) return *found;
    by_use_.push_front({std::string(folder), first, std::move(value)});
    by_key_.emplace(by_use_.front().key(), by_use_.begin());
    return by_use_.front().value;
  }
  void Erase(std::string_view folder, model::QueueOffset first) {
    if (const auto found = by_key_.find({folder, first}); found != by_key_.end())
      Erase(found->second);
  }
  // Of all files in the folder and below it.
  void EraseBelow(std::string_view folder) {
    for (auto it = by_use_.begin(); it != by_use_.end();) {
      const auto entry = it++;
      const std::string& name = entry->folder;
      if (name.starts_with(folder) && (name.size() == folder.size() || name[folder.size()] == '/'))
        Erase(entry);
    }
  }
  // Of the file whose use is longest ago. It is not empty.
  Value TakeOldest() {
    const auto oldest = std::prev(by_use_.end());
    Value value = std::move(oldest->value);
    Erase(oldest);
    return value;
  }
  size_t size() const { return by_use_.size(); }

 private:
  // A view, so that asking makes no name.
  struct Key {
    std::string_view folder;
    model::QueueOffset first;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const {
      return std::hash<std::string_view>()(key.folder) ^
             std::hash<int64_t>()(key.first.value()) * 0x9E37'79B9'7F4A'7C15u;
    }
  };
  struct Entry {
    std::string folder;
    model::QueueOffset first;
    Value value;
    Key key() const { return {folder, first}; }
  };
  using Entries = std::list<Entry>;

  void Erase(typename Entries::iterator entry) {
    by_key_.erase(entry->key());
    by_use_.erase(entry);
  }

  Entries by_use_;  // the last used first
  std::unordered_map<Key, typename Entries::iterator, KeyHash> by_key_;
};

}  // namespace pintle::store
