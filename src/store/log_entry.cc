#include "store/log_entry.h"

#include <algorithm>
#include <charconv>

#include "model/properties.h"
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
  const auto find = [&record](std::string_view name) {
    return model::FindProperty(record.properties, name).value_or(std::string_view());
  };
  out.uniq_key = find(property::kUniqKey);
  out.keys = find(property::kKeys);
  out.entry.tags_code = model::TagsCode(find(property::kTags));
  if (record.topic == model::kScheduleTopic) {
    const std::string_view level = find(property::kDelayLevel);
    if (!level.empty()) {
      out.entry.tags_code =
          DueTime(level, record.store_timestamp, delay_levels_ms, out.entry.tags_code);
    }
  }
  return out;
}

}  // namespace pintle::store
