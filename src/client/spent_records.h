// Messages that are done with, on their way back to the thread that read them.
#pragma once

#include <utility>
#include <vector>

#include "base/mutex.h"
#include "client/pulled_records.h"

namespace pintle::client {

// Memory is freed best by the thread that allocated it: freed by another one, large pieces would have
// the two wait for each other in the C library, for each pull again.
// Threads: Add() any; Free() the owner, which allocated them.
class SpentRecords {
 public:
  // True: the owner is to be told that Free() has something to do.
  bool Add(std::vector<PulledRecord> records) {
    MutexLock lock(mutex_);
    spent_.push_back(std::move(records));
    return spent_.size() == 1;
  }

  void Free() {
    {
      MutexLock lock(mutex_);
      freed_.swap(spent_);
    }
    for (std::vector<PulledRecord>& records : freed_) AnswerPin::UnpinAll(records);
    freed_.clear();
  }

 private:
  Mutex mutex_;
  std::vector<std::vector<PulledRecord>> spent_ GUARDED_BY(mutex_);
  std::vector<std::vector<PulledRecord>> freed_;  // the owner's
};

}  // namespace pintle::client
