#include "model/topic.h"

#include <algorithm>
#include <array>

namespace pintle::model {
namespace {

constexpr std::string_view kSystemPrefix = "rmq_sys_";

constexpr std::array kSendForbidden = {kScheduleTopic,          kHalfTopic,     kOpHalfTopic,
                                       kTransCheckMaxTimeTopic, kSelfTestTopic, kOffsetMovedTopic};
constexpr std::array kOtherSystemTopics = {kAutoCreateTopic, kBenchmarkTopic, kTraceTopic,
                                           kRocksDbOffsetTopic};

bool IsNameCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '%' ||
         c == '-' || c == '_' || c == '|';
}

Status ValidateName(std::string_view kind, std::string_view name, size_t length_max) {
  if (name.empty()) return Fail(ErrorCode::kInvalidArgument, "the {} name is empty", kind);
  if (name.size() > length_max) {
    return Fail(ErrorCode::kInvalidArgument, "the {} name has {} characters; the limit is {}", kind,
                name.size(), length_max);
  }
  const auto bad = std::find_if_not(name.begin(), name.end(), IsNameCharacter);
  if (bad != name.end()) {
    return Fail(ErrorCode::kInvalidArgument,
                "the {} name has the byte 0x{:02x} at position {}; allowed are letters, digits "
                "and %|_-",
                kind, static_cast<uint8_t>(*bad), bad - name.begin());
  }
  return {};
}

}  // namespace

std::string RetryTopicOf(std::string_view group) { return std::string(kRetryPrefix).append(group); }

std::string DlqTopicOf(std::string_view group) { return std::string(kDlqPrefix).append(group); }

bool IsRetryTopic(std::string_view topic) { return topic.starts_with(kRetryPrefix); }

bool IsDlqTopic(std::string_view topic) { return topic.starts_with(kDlqPrefix); }

bool IsSystemTopic(std::string_view topic) {
  return IsSendForbidden(topic) || topic.starts_with(kSystemPrefix) ||
         std::ranges::find(kOtherSystemTopics, topic) != kOtherSystemTopics.end();
}

std::vector<std::string_view> SystemTopics() {
  std::vector<std::string_view> topics(kSendForbidden.begin(), kSendForbidden.end());
  topics.insert(topics.end(), kOtherSystemTopics.begin(), kOtherSystemTopics.end());
  return topics;
}

bool IsSendForbidden(std::string_view topic) {
  return std::ranges::find(kSendForbidden, topic) != kSendForbidden.end();
}

Status ValidateTopicName(std::string_view topic) {
  const bool derived = IsRetryTopic(topic) || IsDlqTopic(topic);
  return ValidateName("topic", topic, derived ? kRetryTopicLengthMax : kTopicLengthMax);
}

Status ValidateGroupName(std::string_view group) {
  return ValidateName("group", group, kGroupLengthMax);
}

}  // namespace pintle::model
