// From which message on the index lacks keys when a store is opened.
#pragma once

#include <optional>

#include "base/error.h"
#include "model/record.h"
#include "store/commit_log.h"
#include "store/message_index.h"
#include "store/recovery_point.h"

namespace pintle::store {

// The record at `offset`, which need not be below the log's end: recovery does not know that yet.
// Its CRC is not checked.
std::optional<model::Record> RecordAt(const CommitLog& log, LogOffset offset);

// The index may end anywhere: RocketMQ writes it behind the queues, somebody removed a file of it,
// it was off for a while. What is in it is complete up to its last message, or up to the recovery
// point if it holds what that promises; behind that, nothing is believed.
//
// Threads: one thread, the owner, before anything else.
class IndexStart {
 public:
  struct State {
    LogOffset start;                       // the log is read from here on anyway
    const RecoveryPoint* point = nullptr;  // one that fits the log
    bool clean = false;
  };
  IndexStart(MessageIndex& index, const CommitLog& log, const State& state)
      : index_(index), log_(log), state_(state) {}

  // Makes the index end with a whole message and returns the offset from which on keys are to be
  // added: a message's, or a segment's. Below `state.start` where it lacks more.
  Result<LogOffset> Find();

 private:
  bool IsLastThere() const;
  LogOffset CompleteBelow(LogOffset last) const;
  // nullopt: no message is there.
  std::optional<LogOffset> EndOf(LogOffset message) const;

  MessageIndex& index_;
  const CommitLog& log_;
  const State state_;
};

}  // namespace pintle::store
