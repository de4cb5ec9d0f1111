#include "broker/transactions/half_message.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "model/properties.h"
#include "model/property_reader.h"

namespace pintle::broker {
namespace {

namespace property = model::property;

template <typename T>
std::optional<T> ToNumber(std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void Take(const model::PropertyView& entry, HalfProperties& out) {
  if (entry.name == property::kProducerGroup) out.group = entry.value;
  if (entry.name == property::kUniqKey) out.uniq_key = entry.value;
  if (entry.name == property::kRealTopic) out.real_topic = entry.value;
  if (entry.name == property::kKeys) out.keys = entry.value;
  if (entry.name == property::kTags) out.tags = entry.value;
  if (entry.name == property::kRealQueueId)
    out.real_queue = std::max(ToNumber<int32_t>(entry.value).value_or(-1), -1);
  if (entry.name == property::kTransactionCheckTimes)
    out.checks = ToNumber<int32_t>(entry.value).value_or(0);
  if (entry.name == property::kDelayLevel)
    out.delay_level = ToNumber<int32_t>(entry.value).value_or(0);
  if (entry.name == property::kTransactionPreparedQueueOffset)
    out.prepared_offset = ToNumber<int64_t>(entry.value);
  if (entry.name == property::kCheckImmunitySeconds) {
    constexpr int64_t kYear = 366 * 24 * 3600;
    const int64_t seconds = ToNumber<int64_t>(entry.value).value_or(0);
    out.immunity_ms = std::clamp<int64_t>(seconds, 0, kYear) * 1000;
  }
}

}  // namespace

HalfProperties HalfProperties::Scan(std::string_view text) {
  HalfProperties out;
  model::PropertyView entry;
  while (!text.empty()) {
    if (model::TakeProperty(text, entry)) Take(entry, out);
  }
  return out;
}

std::string HalfText(std::string_view properties, std::string_view topic, int32_t queue_id) {
  model::Properties changed = model::Properties::Parse(properties);
  if (const auto key = changed.Get(property::kUniqKey))
    changed.Set(property::kTransactionId, std::string(*key));
  changed.Set(property::kRealTopic, topic);
  changed.Set(property::kRealQueueId, std::to_string(queue_id));
  return changed.ToText();
}

std::string CopyText(std::string_view properties, int32_t checks) {
  model::Properties changed = model::Properties::Parse(properties);
  changed.Set(property::kTransactionCheckTimes, std::to_string(checks));
  return changed.ToText();
}

int64_t ImmunityMs(const HalfProperties& half, int64_t timeout_ms) {
  return std::max(half.immunity_ms.value_or(timeout_ms), timeout_ms);
}

model::RecordParts PartsOf(const model::Record& half) {
  model::RecordParts parts;
  parts.flag = half.flag;
  parts.sys_flag = half.sys_flag;
  parts.born_timestamp = half.born_timestamp;
  parts.born_host = half.born_host;
  parts.store_host = half.store_host;
  parts.reconsume_times = half.reconsume_times;
  parts.body_crc = half.body_crc;
  parts.body = half.body;
  return parts;
}

std::string EncodeForCheck(const model::Record& half, const HalfProperties& properties,
                           std::string_view text, model::QueueOffset queue_offset,
                           model::LogOffset log_offset) {
  model::RecordParts parts = PartsOf(half);
  parts.topic = properties.real_topic;
  parts.queue_id = std::max(properties.real_queue, 0);
  parts.properties = {text, {}, {}};
  const auto size = model::RecordSize(parts);
  if (!size) return {};
  std::string out(static_cast<size_t>(*size), '\0');
  model::EncodeRecord(parts, queue_offset, log_offset, half.store_timestamp,
                      std::as_writable_bytes(std::span(out)));
  return out;
}

std::vector<int64_t> ParseOp(ByteView body) {
  std::vector<int64_t> out;
  std::string_view text(reinterpret_cast<const char*>(body.data()), body.size());
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    if (const auto offset = ToNumber<int64_t>(one)) out.push_back(*offset);
  }
  return out;
}

}  // namespace pintle::broker
