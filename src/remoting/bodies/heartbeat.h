// HEART_BEAT (34): what a client produces to and consumes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "model/subscription.h"
#include "remoting/fields.h"

namespace pintle::remoting {

enum class ConsumeType : uint8_t { kActively, kPassively, kPop };
enum class MessageModel : uint8_t { kBroadcasting, kClustering };
enum class ConsumeFromWhere : uint8_t {
  kLastOffset,
  kLastOffsetAndFromMinWhenBootFirst,  // obsolete, as the next two
  kMinOffset,
  kMaxOffset,
  kFirstOffset,
  kTimestamp,
};

template <>
struct FieldEnumNames<ConsumeType> {
  static constexpr std::array<std::string_view, 3> kNames = {"CONSUME_ACTIVELY",
                                                             "CONSUME_PASSIVELY", "CONSUME_POP"};
};
template <>
struct FieldEnumNames<MessageModel> {
  static constexpr std::array<std::string_view, 2> kNames = {"BROADCASTING", "CLUSTERING"};
};
template <>
struct FieldEnumNames<ConsumeFromWhere> {
  static constexpr std::array<std::string_view, 6> kNames = {
      "CONSUME_FROM_LAST_OFFSET",  "CONSUME_FROM_LAST_OFFSET_AND_FROM_MIN_WHEN_BOOT_FIRST",
      "CONSUME_FROM_MIN_OFFSET",   "CONSUME_FROM_MAX_OFFSET",
      "CONSUME_FROM_FIRST_OFFSET", "CONSUME_FROM_TIMESTAMP"};
};

struct ConsumerData {
  std::string group;
  ConsumeType consume_type = ConsumeType::kPassively;
  MessageModel message_model = MessageModel::kClustering;
  ConsumeFromWhere consume_from_where = ConsumeFromWhere::kLastOffset;
  std::vector<model::Subscription> subscriptions;
  bool unit_mode = false;

  friend bool operator==(const ConsumerData&, const ConsumerData&) = default;
};

struct Heartbeat {
  std::string client_id;
  std::vector<std::string> producer_groups;
  std::vector<ConsumerData> consumers;
  // Version 2: a hash over everything that does not change from heartbeat to heartbeat; 0 in
  // version 1.
  int32_t fingerprint = 0;
  // The subscriptions are those of the heartbeat with this fingerprint and are left out.
  bool without_sub = false;

  friend bool operator==(const Heartbeat&, const Heartbeat&) = default;
};

std::string EncodeHeartbeat(const Heartbeat& heartbeat);
Result<Heartbeat> DecodeHeartbeat(ByteView body);

}  // namespace pintle::remoting
