#include "store/log_entry.h"

#include <algorithm>
#include <charconv>

#include "model/properties.h"
#include "model/property_reader.h"
#include "model/topic.h"

namespace pintle::store {
namespace {

// The schedule topic's entries hold when a message is due in the place of the tag.
int64_t DueTime(std::string_view level_text, int64_t store_timestamp,
                const std::vector<int64_t>& delay_levels_ms, int64_t otherwise) {
  constexpr int64_t kUnknownLevelMs = 1'000;
  int64_t level = 0;
  std::from_chars(level_text.data(), level_text.data() + level_text.size(), level);
  level = std::min(level, static_cast<int64_t>(delay_levels_ms.size()));
  if (level <= 0) return delay_levels_ms.empty() ? store_timestamp + kUnknownLevelMs : otherwise;
  return store_timestamp + delay_levels_ms[static_cast<size_t>(level - 1)];
}

}  // namespace

LogEntry LogEntryOf(const model::Record& record, const std::vector<int64_t>& delay_levels_ms) {
  namespace property = model::property;
  LogEntry out;
  out.entry.offset = record.log_offset;
  out.entry.size = record.size;
  // Of properties that stand twice the last counts.
  std::string_view tags;
  std::string_view level;
  std::string_view rest = record.properties;
  for (model::PropertyView one; !rest.empty();) {
    if (!model::TakeProperty(rest, one)) continue;
    if (one.name == property::kUniqKey) out.uniq_key = one.value;
    if (one.name == property::kKeys) out.keys = one.value;
    if (one.name == property::kTags) tags = one.value;
    if (one.name == property::kDelayLevel) level = one.value;
  }
  out.entry.tags_code = model::TagsCode(tags);
  if (record.topic == model::kScheduleTopic && !level.empty()) {
    out.entry.tags_code =
        DueTime(level, record.store_timestamp, delay_levels_ms, out.entry.tags_code);
  }
  return out;
}

}  // namespace pintle::store
