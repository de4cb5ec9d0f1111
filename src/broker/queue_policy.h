// A topic whose number of queues follows what its consumers leave undone: when queues are added,
// drained and closed. Kept as attributes of the topic, so that it goes where the topic's
// configuration goes; docs/operations/queues.md tells how it is used.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/topic.h"

namespace pintle::broker {

inline constexpr std::string_view kQueuesLeast = "pintle.queues.least";
inline constexpr std::string_view kQueuesMost = "pintle.queues.most";
inline constexpr std::string_view kQueuesBacklog = "pintle.queues.backlog";
inline constexpr int64_t kPolicyQueuesMax = 1'024;

struct QueuePolicy {
  int32_t least = 1;    // write queues that there are always
  int32_t most = 1;     // and at most
  int64_t backlog = 1;  // messages per write queue that the slowest group may be behind
};

// Nothing when the attributes name no policy. kInvalidArgument: only part of one, least over most,
// or of an ordered topic, whose messages would change queues.
Result<std::optional<QueuePolicy>> QueuePolicyOf(const model::TopicConfig& topic);

// What is known of one queue when it is looked at.
struct QueueSight {
  int64_t end = 0;         // one past the last message
  int64_t unread = 0;      // messages that the slowest group has not consumed
  bool consumed = false;   // nothing in it is of use to any group that is known
  std::string held_up_by;  // why not, when not
};

struct QueueChange {
  int32_t read_queues = 0;
  int32_t write_queues = 0;
  std::string why;
};

// What is remembered of one topic between two looks.
//
//   write queues   0 .. write-1        are written and read
//   draining       write .. read-1     are read; closed from the top once everything is consumed
//                                      and no late message has come for `quiet_ms`
//
// Threads: one, the owner's.
class QueueWatch {
 public:
  // How many queues Look() wants to see: those that are read, and those that were closed lately.
  int32_t Watched(const model::TopicConfig& topic) const;
  // What is to change now, at monotonic `now_ms`; nothing when all is well.
  std::optional<QueueChange> Look(const QueuePolicy& policy, const model::TopicConfig& topic,
                                  const std::vector<QueueSight>& queues, int64_t now_ms,
                                  int64_t quiet_ms);
  // The queue that could be closed next and why it cannot, once for each reason; empty otherwise.
  std::string TakeHoldUp();

 private:
  struct Quiet {
    int64_t end = 0;
    int64_t since_ms = 0;
  };
  struct Closed {
    int64_t end = 0;
    int64_t at_ms = 0;
  };

  std::optional<QueueChange> Reopen(const model::TopicConfig& topic,
                                    const std::vector<QueueSight>& queues, int64_t now_ms,
                                    int64_t quiet_ms);
  std::optional<QueueChange> Grow(const QueuePolicy& policy, const model::TopicConfig& topic,
                                  int64_t unread) const;
  std::optional<QueueChange> Drain(const QueuePolicy& policy, const model::TopicConfig& topic,
                                   int64_t unread, int64_t now_ms, int64_t quiet_ms);
  std::optional<QueueChange> Close(const model::TopicConfig& topic,
                                   const std::vector<QueueSight>& queues, int64_t now_ms,
                                   int64_t quiet_ms);

  std::optional<int64_t> calm_since_ms_;
  std::map<int32_t, Quiet> quiet_;    // draining queues
  std::map<int32_t, Closed> closed_;  // queues that a late message may still reach
  std::string hold_up_;
  std::string told_hold_up_;
};

}  // namespace pintle::broker
