// Which client of a group may consume a queue in order: exclusive, renewed by the holder, free
// again when it is not. Who holds what outlives the broker, in config/queueLocks.json: a holder works
// on while the broker is away, and a member that asks before the holder renews must not get its queue.
//
// Threads: any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "broker/metadata_file.h"
#include "broker/name_table.h"
#include "model/queue.h"

namespace pintle::broker {

class QueueLocks {
 public:
  // A client itself trusts a lock for 30 s after the answer that gave it.
  static constexpr int64_t kTrustMs = 35'000;

  QueueLocks(const Clock& clock, int64_t live_ms, FileSystem& fs, BoundedExecutor& executor,
             std::string path);

  // Takes up the locks that were held when the broker ended. Each is free kTrustMs from now, unless
  // its holder renews it.
  Status Load();

  // Takes or renews; the queues that `client_id` holds afterwards, in the order asked for.
  std::vector<model::MessageQueue> Lock(std::string_view group, std::string_view client_id,
                                        std::span<const model::MessageQueue> queues);
  // Only the holder's own are freed.
  void Unlock(std::string_view group, std::string_view client_id,
              std::span<const model::MessageQueue> queues);
  // The client's connection is gone. It may be at work still and come back, but consumes no longer
  // than kTrustMs after its last renewal: then the queue is free.
  void OnClientLost(std::string_view client_id);
  // True when some client holds a queue of the group: it consumes in order.
  bool AnyHeld(std::string_view group) const;
  // Forgets what has expired, so that the table holds only what is in use.
  void DropExpired();
  // Written soon after a queue changes hands; renewals are not written.
  MetadataFile& file() { return file_; }

 private:
  struct Holder {
    std::string client_id;
    int64_t renewed_ms = 0;  // monotonic: a jump of the wall clock frees nobody's lock
    bool lost = false;       // disconnected since then
  };
  using Group = std::map<model::MessageQueue, Holder>;

  std::string Encode() const;
  Status Decode(std::string_view text);
  void Changed() EXCLUDES(mutex_);
  bool Expired(const Holder& holder) const {
    const int64_t live_ms = holder.lost ? std::min(live_ms_, kTrustMs) : live_ms_;
    return clock_.MonotonicMs() - holder.renewed_ms > live_ms;
  }

  const Clock& clock_;
  const int64_t live_ms_;
  mutable Mutex mutex_;
  std::unordered_map<std::string, Group, TextHash, std::equal_to<>> groups_ GUARDED_BY(mutex_);
  MetadataFile file_;
};

}  // namespace pintle::broker
