#include "store/record_feed.h"

#include <utility>

#include "store/log_entry.h"

namespace pintle::store {
namespace {

constexpr size_t kBatch = 4'096;

}  // namespace

RecordFeed::RecordFeed(std::shared_ptr<const SegmentList> segments, LogOffset from,
                       const Options& options)
    : options_(options), scanner_(std::move(segments), from, options.check_crc) {
  Order({});
}

std::span<const FedRecord> RecordFeed::Next() {
  if (!ordered_.valid()) return {};
  Batch reused = std::exchange(given_, ordered_.get());
  if (!given_.records.empty()) Order(std::move(reused));
  return given_.records;
}

void RecordFeed::Order(Batch reused) {
  const auto policy = options_.in_thread ? std::launch::async : std::launch::deferred;
  ordered_ =
      std::async(policy, [this](Batch batch) { return Fill(std::move(batch)); }, std::move(reused));
}

RecordFeed::Batch RecordFeed::Fill(Batch batch) {
  batch.records.clear();
  batch.keys.clear();
  batch.records.reserve(kBatch);
  while (batch.records.size() < kBatch) {
    const auto record = scanner_.Next();
    if (!record) break;
    Take(*record, batch);
  }
  return batch;
}

void RecordFeed::Take(const model::Record& record, Batch& batch) {
  const LogEntry derived = LogEntryOf(record, *options_.delay_levels_ms);
  if (options_.keys && record.log_offset >= options_.keys_from && HasIndexKeys(record.sys_flag)) {
    const KeyHashes hashes(record.topic, derived.uniq_key, derived.keys);
    for (const int32_t hash : hashes.all())
      batch.keys.push_back({hash, record.log_offset, record.store_timestamp});
  }
  batch.records.push_back({.entry = derived.entry,
                           .queue_offset = record.queue_offset,
                           .store_timestamp = record.store_timestamp,
                           .topic = record.topic,
                           .queue_id = record.queue_id,
                           .queue = numbers_.Of({record.topic, record.queue_id}),
                           .has_entry = HasQueueEntry(record.sys_flag)});
}

}  // namespace pintle::store
