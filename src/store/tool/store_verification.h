// Compares everything in a stopped store with everything else.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/record.h"
#include "store/log_entry.h"
#include "store/log_scanner.h"
#include "store/queue_files.h"
#include "store/tool/deleted_topics.h"
#include "store/tool/index_coverage.h"
#include "store/tool/stopped_store.h"

namespace pintle::store {

// One thing that is wrong, and where.
struct StoreDamage {
  std::string file;
  int64_t at = 0;  // in the file
  std::string what;
};

struct VerificationReport {
  int64_t records = 0;
  int64_t record_bytes = 0;
  int64_t queue_entries = 0;
  int64_t index_entries = 0;
  int64_t expired_entries = 0;  // of queues and index: they lead below the log's start
  int64_t without_queue = 0;    // records of deleted topics, and older ones of topics made again
  int64_t damages = 0;
  LogOffset log_end;
};

struct VerificationListener {
  std::function<void(const StoreDamage&)> on_damage;
  // Bytes looked at, of how many.
  std::function<void(int64_t done, int64_t total)> on_progress;
};

// The log: every record's lengths, place and CRC, one behind the other, and what follows the last.
// Queues: every record has its entry, and every entry leads to its record. Index: every entry leads
// to a record with that key, every slot to its newest entry, and every key has its entry.
//
// What follows from one damage is not told again: entries that lead into a damaged place of the
// log are right.
//
// Threads: one thread, the owner.
class StoreVerification {
 public:
  StoreVerification(const StoppedStore& store, VerificationListener listener);

  Result<VerificationReport> Run();

 private:
  Status CheckSegments();
  Status CheckLog();
  void CheckTail(LogOffset end);
  Status CheckEntryOf(const model::Record& record);
  // nullopt: no file holds it.
  Result<std::optional<QueueEntry>> EntryAt(const model::Record& record);
  bool IsNewerTwin(const QueueEntry& entry, const model::Record& record) const;
  Status CheckQueue(const StoredQueue& queue);
  Status CheckQueueFile(const StoredQueue& queue, const QueueFile& file);
  void CheckEntry(const StoredQueue& queue, const QueueFile& file, int64_t index,
                  const QueueEntry& entry);
  void CheckIndex(const StoredIndex& index);
  void CheckIndexHeader(const StoredIndex& index);
  void CheckIndexEntry(const StoredIndex& index, int32_t number);
  // What is wrong with the time of an entry; empty: nothing.
  std::string WrongSeconds(const StoredIndex& index, int32_t number,
                           const model::Record& record) const;
  bool InDamage(LogOffset offset) const;
  void ReportInLog(LogOffset offset, const std::string& what);
  void Report(const std::string& file, int64_t at, const std::string& what);
  void Progress(int64_t bytes);

  const StoppedStore& store_;
  const VerificationListener listener_;
  const std::vector<int64_t> delay_levels_ms_;
  const DeletedTopics deleted_;
  IndexCoverage coverage_;
  QueueFiles files_;
  std::vector<LogDamage> damages_;  // of the log, ascending
  std::set<std::pair<std::string, int64_t>> told_;
  int64_t done_ = 0;
  int64_t next_progress_ = 0;
  int64_t total_ = 0;
  VerificationReport report_;
};

}  // namespace pintle::store
