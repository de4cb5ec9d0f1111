// A topic: its queues, permissions and attributes; and which names are allowed and reserved.
// Source: docs/formats/metadata.md (config/topics.json).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace pintle::model {

// Bits of a permission.
inline constexpr int32_t kPermPriority = 8;
inline constexpr int32_t kPermRead = 4;
inline constexpr int32_t kPermWrite = 2;
inline constexpr int32_t kPermInherit = 1;

enum class TopicFilterType : uint8_t { kSingleTag, kMultiTag };  // SINGLE_TAG, MULTI_TAG

struct TopicConfig {
  std::string name;
  int32_t read_queues = 16;
  int32_t write_queues = 16;
  int32_t perm = kPermRead | kPermWrite;
  TopicFilterType filter_type = TopicFilterType::kSingleTag;
  int32_t sys_flag = 0;  // 1: unit, 2: unit subscription
  bool order = false;
  std::map<std::string, std::string> attributes;  // without the '+' of requests

  bool readable() const { return (perm & kPermRead) != 0; }
  bool writable() const { return (perm & kPermWrite) != 0; }
  bool inherited() const { return (perm & kPermInherit) != 0; }

  friend bool operator==(const TopicConfig&, const TopicConfig&) = default;
};

// When the holder of a table last changed it. Compared by all three fields.
struct DataVersion {
  int64_t state_version = 0;
  int64_t timestamp = 0;  // ms
  int64_t counter = 0;

  void Next(int64_t now_ms) {
    timestamp = now_ms;
    ++counter;
  }
  friend bool operator==(const DataVersion&, const DataVersion&) = default;
};

// Names that the protocol gives a meaning.
inline constexpr std::string_view kAutoCreateTopic = "TBW102";
inline constexpr std::string_view kScheduleTopic = "SCHEDULE_TOPIC_XXXX";
inline constexpr std::string_view kHalfTopic = "RMQ_SYS_TRANS_HALF_TOPIC";
inline constexpr std::string_view kOpHalfTopic = "RMQ_SYS_TRANS_OP_HALF_TOPIC";
inline constexpr std::string_view kTransCheckMaxTimeTopic = "TRANS_CHECK_MAX_TIME_TOPIC";
inline constexpr std::string_view kSelfTestTopic = "SELF_TEST_TOPIC";
inline constexpr std::string_view kOffsetMovedTopic = "OFFSET_MOVED_EVENT";
inline constexpr std::string_view kBenchmarkTopic = "BenchmarkTest";
inline constexpr std::string_view kTraceTopic = "RMQ_SYS_TRACE_TOPIC";
inline constexpr std::string_view kRocksDbOffsetTopic = "CHECKPOINT_TOPIC";
inline constexpr std::string_view kRetryPrefix = "%RETRY%";
inline constexpr std::string_view kDlqPrefix = "%DLQ%";
inline constexpr std::string_view kLightTopicPrefix = "%LMQ%";

inline constexpr size_t kTopicLengthMax = 127;       // names that users choose
inline constexpr size_t kRetryTopicLengthMax = 255;  // %RETRY% and %DLQ% names
inline constexpr size_t kGroupLengthMax = 120;       // leaves room for %RETRY%group_topic

std::string RetryTopicOf(std::string_view group);
std::string DlqTopicOf(std::string_view group);
bool IsRetryTopic(std::string_view topic);
bool IsDlqTopic(std::string_view topic);
// Topics that the broker itself keeps; clients cannot create or delete them.
bool IsSystemTopic(std::string_view topic);
// Those of them whose names are the same everywhere.
std::vector<std::string_view> SystemTopics();
// System topics to which no client may send.
bool IsSendForbidden(std::string_view topic);

// kInvalidArgument with the limit or the first offending character.
Status ValidateTopicName(std::string_view topic);
Status ValidateGroupName(std::string_view group);

}  // namespace pintle::model
