// A file or folder in memory. Private to the in-memory file system, whose lock guards it.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>

#include "base/memory_bytes.h"
#include "base/page_history.h"

namespace pintle {

struct MemoryNode;
using MemoryNodeRef = std::shared_ptr<MemoryNode>;
// In order of name, so that everything that walks them does so the same way each time.
using MemoryEntries = std::map<std::string, MemoryNodeRef, std::less<>>;

struct MemoryNode {
  MemoryNode(bool is_directory, std::shared_ptr<std::atomic<int64_t>> used_bytes)
      : is_directory(is_directory), used_bytes(std::move(used_bytes)) {}
  MemoryNode(const MemoryNode&) = delete;
  MemoryNode& operator=(const MemoryNode&) = delete;
  ~MemoryNode() { used_bytes->fetch_sub(reserved); }

  const bool is_directory;
  int64_t stamp = 0;  // grows with each change

  // A folder's.
  MemoryEntries entries;          // as the process sees them
  MemoryEntries durable_entries;  // as a power loss leaves them at least

  // A file's.
  MemoryBytes bytes;
  int64_t size = 0;
  int64_t reserved = 0;                  // of the file system's capacity
  std::unique_ptr<PageHistory> history;  // null when power losses are not tracked
  int writable_maps = 0;
  bool locked = false;

  const std::shared_ptr<std::atomic<int64_t>> used_bytes;  // by all files together
};

}  // namespace pintle
