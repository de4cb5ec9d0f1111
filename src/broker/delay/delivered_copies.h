// Which delayed messages were delivered before a crash, for a store without an index.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/record.h"
#include "store/message_store.h"

namespace pintle::broker {

// A delivered message has everything of the one in the schedule topic but its place.
bool IsCopyOf(const model::Record& copy, const model::Record& delayed, std::string_view topic);

// Reads the queues of a topic from the time on at which the first copy can have been stored, once,
// when it is first asked for. Threads: one thread, the owner, which may wait for the disk.
class DeliveredCopies {
 public:
  // No copy was stored before `from_ms`.
  DeliveredCopies(store::MessageStore& store, int64_t from_ms) : store_(store), from_ms_(from_ms) {}

  // Whether `delayed`, of the schedule topic, has a copy in `topic`, its own. Each copy is the answer
  // for one message.
  bool Take(const model::Record& delayed, std::string_view topic);

 private:
  using Copies = std::unordered_multimap<uint64_t, model::LogOffset>;  // by what they consist of

  Copies Find(std::string_view topic);

  store::MessageStore& store_;
  const int64_t from_ms_;
  std::map<std::string, Copies, std::less<>> topics_;
};

}  // namespace pintle::broker
