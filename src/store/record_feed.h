// The records of the log one after the other, with what recovery needs of each.
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "store/log_scanner.h"
#include "store/message_index.h"
#include "store/queue_entry.h"
#include "store/queue_starts.h"

namespace pintle::store {

struct FedRecord {
  QueueEntry entry;
  QueueOffset queue_offset;
  int64_t store_timestamp = 0;
  std::string_view topic;  // lives as long as the segments
  int32_t queue_id = 0;
  size_t queue = 0;        // the number of that queue, by when it was met first
  bool has_entry = false;  // in its queue

  LogOffset offset() const { return entry.offset; }
};

// To read, check and take apart a record costs more than what is then done with it: where threads
// may be used, the next ones are made ready meanwhile.
//
// Threads: one thread, the owner, and one that it does not see.
class RecordFeed {
 public:
  struct Options {
    bool check_crc = true;
    bool in_thread = true;
    const std::vector<int64_t>* delay_levels_ms = nullptr;
    bool keys = true;     // make hashes of keys, of records
    LogOffset keys_from;  // ... from here on
  };
  RecordFeed(std::shared_ptr<const SegmentList> segments, LogOffset from, const Options& options);

  // Some, valid until the next call; none at the end.
  std::span<const FedRecord> Next();

  // The keys of those.
  std::span<const IndexKey> keys() const { return given_.keys; }

  // At the end: where the log ends, and what was skipped on the way.
  LogOffset position() const { return scanner_.position(); }
  const std::vector<LogDamage>& damages() const { return scanner_.damages(); }

 private:
  struct Batch {
    std::vector<FedRecord> records;
    std::vector<IndexKey> keys;
  };

  Batch Fill(Batch batch);
  void Take(const model::Record& record, Batch& batch);
  void Order(Batch reused);

  const Options options_;
  // Of whoever fills.
  LogScanner scanner_;
  QueueNumbers numbers_;

  Batch given_;
  std::future<Batch> ordered_;
};

}  // namespace pintle::store
