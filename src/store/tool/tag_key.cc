#include "store/tool/tag_key.h"

#include <algorithm>

#include "model/properties.h"
#include "store/log_entry.h"
#include "store/message_index.h"

namespace pintle::store {
namespace {

// Where there are such entries, every message with a tag has one.
constexpr int32_t kSample = 4096;

}  // namespace

int32_t TagKeyHash(const model::Record& record) {
  const auto tag = model::FindProperty(record.properties, model::property::kTags);
  return tag ? KeyHashes::Of(record.topic, fmt::format("T#{}", *tag)) : -1;
}

bool HasTagKeys(const StoppedStore& store) {
  for (const StoredIndex& index : store.indexes()) {
    if (index.geometry().slots == 0) continue;
    const int32_t end = index.header().next;
    for (int32_t number = std::max(1, end - kSample); number < end; ++number) {
      const StoredIndex::Entry entry = index.At(number);
      const auto record = store.RecordAt(entry.offset);
      if (!record || entry.hash != TagKeyHash(*record)) continue;
      const LogEntry derived = LogEntryOf(*record, {});
      const KeyHashes hashes(record->topic, derived.uniq_key, derived.keys);
      if (std::ranges::find(hashes.all(), entry.hash) == hashes.all().end()) return true;
    }
  }
  return false;
}

}  // namespace pintle::store
