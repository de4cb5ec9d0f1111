// The messages that a transaction is made of, as RocketMQ keeps them on disk
// (docs/formats/transactions.md):
//
//   half    in RMQ_SYS_TRANS_HALF_TOPIC, queue 0; its topic and queue are in REAL_TOPIC, REAL_QID
//   copy    the same half again, once for each question to its producers, with
//           TRANSACTION_CHECK_TIMES counting them
//   op      in RMQ_SYS_TRANS_OP_HALF_TOPIC, queue 0, tag "d": the queue offsets of halves that are
//           done with, as decimals with commas between them
//   whole   what a commit stores under the real topic; its sysFlag says so, and its prepared
//           transaction offset is the place of the half in the log
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "model/record.h"

namespace pintle::broker {

inline constexpr std::string_view kTransactionGroup =
    "CID_RMQ_SYS_TRANS";  // whose offsets are kept
inline constexpr std::string_view kOpTag = "d";
inline constexpr int32_t kHalfQueue = 0;

// What is decided about a half by its properties.
struct HalfProperties {
  std::string_view group;  // PGROUP: whose producers decide
  std::string_view uniq_key;
  std::string_view real_topic;
  int32_t real_queue = -1;                 // -1: absent or no number
  int32_t checks = 0;                      // TRANSACTION_CHECK_TIMES
  int32_t delay_level = 0;                 // DELAY: what the whole message waits for
  std::optional<int64_t> immunity_ms;      // CHECK_IMMUNITY_TIME_IN_SECONDS
  std::optional<int64_t> prepared_offset;  // RocketMQ's own copies name the half that they are of
  std::string_view keys;
  std::string_view tags;

  // Views borrow from `text`.
  static HalfProperties Scan(std::string_view text);
};

// The client's properties with where the message belongs, and its transaction's id.
std::string HalfText(std::string_view properties, std::string_view topic, int32_t queue_id);
// The half's properties with so many questions counted.
std::string CopyText(std::string_view properties, int32_t checks);

// How long after it was stored its producers are left alone: what the message asks for, but no
// less than `timeout_ms`.
int64_t ImmunityMs(const HalfProperties& half, int64_t timeout_ms);

// The body of CHECK_TRANSACTION_STATE: the half at its own place, under its real topic.
std::string EncodeForCheck(const model::Record& half, const HalfProperties& properties,
                           std::string_view text, model::QueueOffset queue_offset,
                           model::LogOffset log_offset);

// The parts of another record with the body and the origin of `half`; views borrow from it.
model::RecordParts PartsOf(const model::Record& half);

// The offsets in an op's body; what is no number is left out.
std::vector<int64_t> ParseOp(ByteView body);

}  // namespace pintle::broker
