// Messages as a pull's answer holds them. They become views where they are consumed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "client/answer_pin.h"
#include "client/host_text.h"
#include "model/subscription.h"
#include "pintle/error.h"
#include "pintle/message.h"
#include "pintle/pull_consumer.h"
#include "remoting/session.h"

namespace pintle::client {

// One message. Const after ReadRecords() but for `delivered_again`, which is its owner's.
struct PulledRecord {
  AnswerPin pin;                                // of what `bytes` borrow from
  ByteView bytes;                               // one whole record, its CRC checked
  std::shared_ptr<const std::string> inflated;  // null: the body was not compressed
  int64_t queue_offset = 0;
  uint32_t body_bytes = 0;      // not compressed
  int32_t delivered_again = 0;  // how often, since it was pulled

  int64_t log_offset() const;
  // Replaces what `view` held, and uses its memory again.
  void Fill(std::string_view broker_name, HostTexts& hosts, MessageView& view) const;
};

struct PulledRecords {
  PullStatus status = PullStatus::kNoNewMessage;
  int64_t next_offset = 0;
  int64_t min_offset = 0;
  int64_t max_offset = 0;
  std::vector<PulledRecord> records;
};

// The records of an answer's body that carry one of the subscription's tags: a broker compares their
// hash codes alone. A torn last record ends the list, as in Java.
Result<std::vector<PulledRecord>> ReadRecords(std::shared_ptr<const remoting::OwnedCommand> answer,
                                              const model::Subscription& subscription);

}  // namespace pintle::client
