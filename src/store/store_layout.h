// Where the files of a store are and how they are named. Source: docs/formats/commit_log.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pintle::store {

// The paths below a store's root folder, as RocketMQ lays them out.
struct StoreLayout {
  explicit StoreLayout(std::string root_folder);

  std::string root;
  std::string commit_log;      // folder of segments
  std::string consume_queue;   // folder of topics, of queue ids, of queue files
  std::string index;           // folder of index files
  std::string checkpoint;      // RocketMQ's checkpoint file
  std::string abort;           // exists while the store is open
  std::string lock;            // held while the store is open
  std::string recovery_point;  // ours: docs/formats/checkpoint.md
  std::string queue_stamps;    // ours, too
};

// Segments and queue files are named by the offset of their first byte: 20 decimal digits.
std::string OffsetFileName(int64_t offset);
// nullopt for any other name.
std::optional<int64_t> ParseOffsetFileName(std::string_view name);

// A topic that can be a folder's name: not empty, no '/', no control character, not "." or "..".
// Wider than what clients may create, as stores can hold topics of other rules.
bool IsStorableTopic(std::string_view topic);

}  // namespace pintle::store
