#include "store/tool/index_coverage.h"

#include <algorithm>
#include <utility>

#include "store/log_entry.h"
#include "store/message_index.h"
#include "store/tool/tag_key.h"

namespace pintle::store {

IndexCoverage::IndexCoverage(const StoppedStore& store, Report report)
    : store_(store), report_(std::move(report)) {
  // No file at all: the index may be off.
  blind_ = store.indexes().empty();
  for (const StoredIndex& index : store.indexes())
    blind_ = blind_ || (index.geometry().slots == 0 && index.header().next > 1);
  FindEntry();
}

void IndexCoverage::Take(const model::Record& record) {
  if (blind_ || !HasIndexKeys(record.sys_flag)) return;
  const LogEntry derived = LogEntryOf(record, {});
  const KeyHashes hashes(record.topic, derived.uniq_key, derived.keys);
  if (hashes.all().empty()) return;
  std::vector<int32_t> missing(hashes.all().begin(), hashes.all().end());
  while (entry_) {
    const bool here = entry_->offset == record.log_offset;
    if (entry_->offset > record.log_offset && EntryIsSound()) break;
    const auto found = here ? std::ranges::find(missing, entry_->hash) : missing.end();
    if (found != missing.end()) {
      missing.erase(found);
    } else if (here && std::ranges::find(hashes.all(), entry_->hash) == hashes.all().end() &&
               entry_->hash != TagKeyHash(record)) {
      // It was one of this message's: which one does not matter.
      if (!missing.empty()) missing.pop_back();
    } else if (!here && !EntryIsSound()) {
      excuses_.push_back(entry_->hash);
    }
    NextEntry();
  }
  std::erase_if(missing, [this](int32_t hash) {
    const auto excuse = std::ranges::find(excuses_, hash);
    if (excuse == excuses_.end()) return false;
    excuses_.erase(excuse);
    return true;
  });
  if (missing.empty()) {
    CloseGap();
    return;
  }
  if (gap_.messages == 0) gap_.from = record.log_offset;
  gap_.to = record.log_offset;
  ++gap_.messages;
}

void IndexCoverage::Finish() { CloseGap(); }

void IndexCoverage::FindEntry() {
  const auto& files = store_.indexes();
  entry_.reset();
  entry_is_sound_.reset();
  for (; file_ < files.size(); ++file_, number_ = 1) {
    if (files[file_].geometry().slots == 0 || number_ >= files[file_].header().next) continue;
    entry_ = files[file_].At(number_);
    return;
  }
}

void IndexCoverage::NextEntry() {
  ++number_;
  FindEntry();
}

bool IndexCoverage::EntryIsSound() {
  if (!entry_is_sound_) {
    const auto record = store_.RecordAt(entry_->offset);
    if (record) {
      const LogEntry derived = LogEntryOf(*record, {});
      const KeyHashes hashes(record->topic, derived.uniq_key, derived.keys);
      entry_is_sound_ = std::ranges::find(hashes.all(), entry_->hash) != hashes.all().end() ||
                        entry_->hash == TagKeyHash(*record);
    } else {
      entry_is_sound_ = false;
    }
  }
  return *entry_is_sound_;
}

void IndexCoverage::CloseGap() {
  if (gap_.messages > 0) report_(gap_.from, gap_.to, gap_.messages);
  gap_ = {};
}

}  // namespace pintle::store
