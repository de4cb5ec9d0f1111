// The thread that writes queues, index and recovery points.
#pragma once

#include <condition_variable>
#include <thread>

#include "base/clock.h"
#include "base/mutex.h"
#include "store/append_room.h"
#include "store/derived_writer.h"
#include "store/flusher.h"
#include "store/store_options.h"
#include "store/write_gate.h"

namespace pintle::store {

// Apart from the flush thread: a commit of the log, for which senders wait, never stands behind
// thousands of queue files, nor behind a disk that hangs over one of them.
//
// A full disk shuts the gate until there is space; any other failure shuts it for good.
//
// Threads: one of its own.
class DerivedLoop {
 public:
  DerivedLoop(const StoreOptions& options, const Clock& clock, DerivedWriter& derived,
              Flusher& flusher, WriteGate& gate, AppendRoom& room);
  ~DerivedLoop();
  DerivedLoop(const DerivedLoop&) = delete;
  DerivedLoop& operator=(const DerivedLoop&) = delete;

  // With background threads, starts one.
  void Start();
  // Ends the thread after the step that it is at. What waits in memory is DerivedWriter::Finish()'s.
  void Stop() EXCLUDES(mutex_);

  // A whole round, in the calling thread, as if the interval had passed. Without background threads.
  void RunTurn();

 private:
  void Run() EXCLUDES(mutex_);
  // True when it is time to stop.
  bool WaitUntilDue() EXCLUDES(mutex_);
  void Step();

  const StoreOptions& options_;  // const after construction
  const Clock& clock_;
  DerivedWriter& derived_;
  Flusher& flusher_;
  WriteGate& gate_;
  AppendRoom& room_;

  Mutex mutex_;
  std::condition_variable_any wake_;
  bool stop_ GUARDED_BY(mutex_) = false;

  // The thread's.
  bool in_round_ = false;   // a round is not at its end
  bool succeeded_ = false;  // the last step; after a failure the next one waits its time
  int64_t next_round_ms_ = 0;
  std::thread thread_;
};

}  // namespace pintle::store
