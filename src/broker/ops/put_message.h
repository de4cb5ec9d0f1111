// Stores one message.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "broker/broker.h"
#include "broker/refusal.h"
#include "model/host.h"
#include "model/offsets.h"
#include "model/topic.h"

namespace pintle::broker {

// A message as a producer gives it. Views: used up when PutMessage() returns.
struct PutRequest {
  std::string_view topic;
  std::string_view default_topic = model::kAutoCreateTopic;  // the pattern of a missing topic
  int32_t default_topic_queues = 0;
  int32_t queue_id = -1;  // below 0: the broker chooses
  int32_t sys_flag = 0;
  int32_t flag = 0;
  int64_t born_timestamp = 0;
  model::Host born_host;
  std::string_view properties;
  ByteView body;
  int32_t reconsume_times = 0;
  bool unit_mode = false;
  bool is_reply = false;                       // of a consumer, to a request
  std::optional<int32_t> max_reconsume_times;  // absent: the group's own
};

struct PutResult {
  model::LogOffset offset;
  model::QueueOffset queue_offset;
  int32_t queue_id = 0;
  int64_t store_timestamp = 0;
  // What is left before the producer may be told that the message is safe.
  model::LogOffset end;                   // durable when the watermark reaches it
  bool wait_durable = false;              // the producer waits for that
  MetadataFile::Change topic_change = 0;  // the topic was just made: durable after this

  // UNIQ_KEY. Borrows from the request's properties, or from this.
  std::string_view uniq_key() const {
    return given_key.empty() ? std::string_view(made_key.data(), made_key_size) : given_key;
  }
  std::string_view given_key;
  std::array<char, 56> made_key;  // only the first made_key_size characters are set
  uint8_t made_key_size = 0;
};

// Checks, chooses topic and queue, and appends. Everything is done when it returns, but for what
// PutResult says. A refusal means that nothing was stored; kBusy, that another try may soon succeed
// (Broker::room() tells when), and is not counted as a failure here.
Outcome<PutResult> PutMessage(Broker& broker, const PutRequest& request);

}  // namespace pintle::broker
