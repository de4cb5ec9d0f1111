// Takes back a message that a consumer could not deal with: it comes again later through its
// group's retry topic, or ends in the group's dead-letter topic.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "broker/broker.h"
#include "broker/group_table.h"
#include "broker/refusal.h"
#include "model/offsets.h"

namespace pintle::broker {

// Views: used up when SendBack() returns.
struct SendBackRequest {
  std::string_view group;
  model::LogOffset offset;  // the message's place in the log
  int32_t delay_level = 0;  // 0: as the group's policy says; below 0: it is given up at once
  std::optional<int32_t> max_reconsume_times;  // absent: the group's own
  bool unit_mode = false;
};

struct SentBack {
  bool stored = false;   // false: the group wants no retries, and nothing is left to be done
  bool dead = false;     // it went to the dead-letter topic
  model::LogOffset end;  // durable when the watermark reaches it
  MetadataFile::Change topic_change = 0;
};

// May wait for the disk when the message is old. A refusal means that nothing
// was stored, and that the consumer must keep the message.
Outcome<SentBack> SendBack(Broker& broker, const SendBackRequest& request);

// The delay level before the retry that follows `reconsume_times` earlier ones. A group without a
// policy of its own has RocketMQ's: level 3, then one more each time. With one, the shortest level
// that is no shorter than the policy's time.
int32_t RetryLevelOf(const model::DelayLevels& levels, const model::RetryPolicy& policy,
                     int32_t reconsume_times);

}  // namespace pintle::broker
