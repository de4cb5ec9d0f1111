// Whether the index has all the keys that the log's messages have.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "model/record.h"
#include "store/tool/stopped_store.h"

namespace pintle::store {

// Index entries stand in the order of the log, so one walk over both finds what is missing. Entries
// that lead nowhere are passed over, and excuse the missing keys that they stand for: they are told
// of elsewhere.
//
// Threads: one thread, the owner.
class IndexCoverage {
 public:
  // Messages `from` ... `to`, one behind the other, lack keys in the index.
  using Report = std::function<void(LogOffset from, LogOffset to, int64_t messages)>;

  IndexCoverage(const StoppedStore& store, Report report);

  // Every record, in the order of the log.
  void Take(const model::Record& record);
  void Finish();

 private:
  struct Gap {
    LogOffset from;
    LogOffset to;
    int64_t messages = 0;
  };

  void FindEntry();
  void NextEntry();
  bool EntryIsSound();
  void CloseGap();

  const StoppedStore& store_;
  const Report report_;
  bool blind_ = false;  // there is no index, or a file that cannot be read
  size_t file_ = 0;
  int32_t number_ = 1;
  std::optional<StoredIndex::Entry> entry_;  // the first that is not behind us
  std::optional<bool> entry_is_sound_;
  std::vector<int32_t> excuses_;  // hashes of entries that lead nowhere
  Gap gap_;
};

}  // namespace pintle::store
