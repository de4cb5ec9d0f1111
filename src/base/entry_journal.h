// Which names a power loss leaves. Private to the in-memory file system.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/memory_node.h"
#include "base/random.h"

namespace pintle {

// The creations, renames and removals that no SyncDirectory() has made durable yet. A file's own
// sync makes no name durable: some systems do that, and a store must not count on it.
//
// Threads: one at a time, the caller's to ensure.
class EntryJournal {
 public:
  // Without `keeps`, notes nothing.
  explicit EntryJournal(bool keeps) : keeps_(keeps) {}

  void Link(MemoryNodeRef folder, std::string name, MemoryNodeRef node);
  void Unlink(MemoryNodeRef folder, std::string name, MemoryNodeRef node);
  void Rename(MemoryNodeRef from_folder, std::string from, MemoryNodeRef to_folder, std::string to,
              MemoryNodeRef node);

  // Makes durable what was done to the folder's entries, with the earlier changes of other folders
  // that it builds on: who finds the renamed file does not find it under its old name as well.
  void Sync(const MemoryNode& folder);
  // Makes everything durable.
  void SyncAll();

  // A folder's entries after a power loss, for each folder that is not as durable_entries says.
  using Outcome = std::unordered_map<const MemoryNode*, MemoryEntries>;

  // What survives: with `in_order`, the changes up to some point, as a journalling file system
  // does it; otherwise any of them that still make sense without the others. `keep` is the chance
  // of each.
  Outcome Crash(Random& random, double keep, bool in_order) const;

 private:
  // Link: no `from_folder`. Unlink: no `to_folder`.
  struct Change {
    MemoryNodeRef from_folder;
    std::string from;
    MemoryNodeRef to_folder;
    std::string to;
    MemoryNodeRef node;
  };

  void Note(Change change);
  static void MakeDurable(const Change& change);
  static void Apply(const Change& change, Outcome& outcome);
  void ForgetBelow(const MemoryNode& removed);

  const bool keeps_;
  std::vector<Change> changes_;  // oldest first
};

}  // namespace pintle
