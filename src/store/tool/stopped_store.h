// The store of a broker that does not run, as its files are: ours or RocketMQ's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file_system.h"
#include "model/record.h"
#include "store/segment.h"
#include "store/store_layout.h"
#include "store/tool/stored_index.h"
#include "store/tool/stored_queue.h"

namespace pintle::store {

// How large the files are, told by the files: a store can have other sizes than the usual ones.
struct StoreShape {
  int64_t segment_bytes = 0;
  int32_t queue_file_entries = 0;
  IndexGeometry index;
};

// Holds the store's lock while it lives, so that no broker starts. Maps the log for reading and
// changes nothing; a lock file is made where there is none.
//
// Threads: const after construction.
class StoppedStore {
 public:
  // `folder`: the store's, or the data directory that holds it as "store". kInvalidArgument: there
  // is no store. kBusy: somebody runs on it; the message names the process.
  static Result<std::unique_ptr<StoppedStore>> Open(FileSystem& fs, const std::string& folder);

  FileSystem& fs() const { return fs_; }
  const StoreLayout& layout() const { return layout_; }
  const StoreShape& shape() const { return shape_; }
  const std::shared_ptr<const SegmentList>& segments() const { return segments_; }
  const std::vector<StoredQueue>& queues() const { return queues_; }
  const std::vector<StoredIndex>& indexes() const { return indexes_; }

  LogOffset log_min() const;
  // The record that starts at `offset`, its body unchecked; an error when none does.
  Result<model::Record> RecordAt(LogOffset offset) const;

 private:
  StoppedStore(FileSystem& fs, std::string folder) : fs_(fs), layout_(std::move(folder)) {}
  Status Load();
  Status LoadSegments();
  void FindShape();

  FileSystem& fs_;
  const StoreLayout layout_;
  std::unique_ptr<FileLock> lock_;
  StoreShape shape_;
  std::shared_ptr<const SegmentList> segments_;
  std::vector<StoredQueue> queues_;
  std::vector<StoredIndex> indexes_;
};

}  // namespace pintle::store
