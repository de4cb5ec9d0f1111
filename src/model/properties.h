// Message properties: names, and the text form `name \x01 value \x02 ...`.
// Format: docs/formats/properties.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace pintle::model {

inline constexpr char kNameValueSeparator = '\x01';
inline constexpr char kPropertySeparator = '\x02';
inline constexpr size_t kPropertiesBytesMax = 32767;

// Names that the protocol gives a meaning.
namespace property {
inline constexpr std::string_view kKeys = "KEYS";
inline constexpr std::string_view kTags = "TAGS";
inline constexpr std::string_view kWaitStoreOk = "WAIT";
inline constexpr std::string_view kDelayLevel = "DELAY";
inline constexpr std::string_view kRetryTopic = "RETRY_TOPIC";
inline constexpr std::string_view kRealTopic = "REAL_TOPIC";
inline constexpr std::string_view kRealQueueId = "REAL_QID";
inline constexpr std::string_view kTransactionPrepared = "TRAN_MSG";
inline constexpr std::string_view kProducerGroup = "PGROUP";
inline constexpr std::string_view kMinOffset = "MIN_OFFSET";
inline constexpr std::string_view kMaxOffset = "MAX_OFFSET";
inline constexpr std::string_view kOriginMessageId = "ORIGIN_MESSAGE_ID";
inline constexpr std::string_view kReconsumeTime = "RECONSUME_TIME";
inline constexpr std::string_view kMaxReconsumeTimes = "MAX_RECONSUME_TIMES";
inline constexpr std::string_view kMsgRegion = "MSG_REGION";
inline constexpr std::string_view kTraceSwitch = "TRACE_ON";
inline constexpr std::string_view kCluster = "CLUSTER";
inline constexpr std::string_view kUniqKey = "UNIQ_KEY";
inline constexpr std::string_view kInstanceId = "INSTANCE_ID";
inline constexpr std::string_view kShardingKey = "__SHARDINGKEY";
inline constexpr std::string_view kPopCheckpoint = "POP_CK";
inline constexpr std::string_view kInnerNum = "INNER_NUM";
inline constexpr std::string_view kInnerBase = "INNER_BASE";
inline constexpr std::string_view kTransactionId = "__transactionId__";
inline constexpr std::string_view kTransactionCheckTimes = "TRANSACTION_CHECK_TIMES";
inline constexpr std::string_view kTransactionPreparedQueueOffset = "TRAN_PREPARED_QUEUE_OFFSET";
inline constexpr std::string_view kCheckImmunitySeconds = "CHECK_IMMUNITY_TIME_IN_SECONDS";
inline constexpr std::string_view kCorrelationId = "CORRELATION_ID";
inline constexpr std::string_view kReplyToClient = "REPLY_TO_CLIENT";
inline constexpr std::string_view kMessageType = "MSG_TYPE";
inline constexpr std::string_view kCrc32 = "__CRC32#";
inline constexpr std::string_view kTimerDelaySeconds = "TIMER_DELAY_SEC";
inline constexpr std::string_view kTimerDelayMs = "TIMER_DELAY_MS";
inline constexpr std::string_view kTimerDeliverMs = "TIMER_DELIVER_MS";
}  // namespace property

// Looks up one name without building anything. The value borrows from `text`. Absent, or present
// with an empty value: nullopt, as Java's parser drops empty ones.
std::optional<std::string_view> FindProperty(std::string_view text, std::string_view name);

// Properties in the order of their text. Duplicate names: the last one counts.
class Properties {
 public:
  // Tolerant as Java is: entries without a separator or with an empty name or value are dropped.
  static Properties Parse(std::string_view text);

  std::optional<std::string_view> Get(std::string_view name) const;
  void Set(std::string_view name, std::string_view value);
  void Remove(std::string_view name);
  // With a separator after every entry, the last one included.
  std::string ToText() const;

  const std::vector<std::pair<std::string, std::string>>& entries() const { return entries_; }
  friend bool operator==(const Properties&, const Properties&) = default;

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

// The consume queue's tags code: Java's String.hashCode of the tag, sign-extended; 0 without a tag.
int64_t TagsCode(std::string_view tags);

}  // namespace pintle::model
