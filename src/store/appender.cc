#include "store/appender.h"

#include <algorithm>
#include <utility>

#include "base/crc32.h"
#include "store/log_entry.h"

namespace pintle::store {

// What is computed before the lock.
struct Appender::Prepared {
  model::RecordParts parts;
  int32_t size = 0;
  bool has_entry = true;
  KeyHashes hashes;
};

Appender::Position Appender::position() const {
  MutexLock lock(mutex_);
  return {log_.end(), last_record_, last_timestamp_};
}

void Appender::StartAfter(const Position& position) {
  MutexLock lock(mutex_);
  last_record_ = position.last_record;
  last_timestamp_ = position.last_timestamp;
}

Status Appender::CheckWritable() const {
  if (!gate_.open()) [[unlikely]]
    return gate_.Check();
  if (const int64_t end = log_.end().value(); end > gate_.limit()) [[unlikely]] {
    return Fail(ErrorCode::kOverloaded,
                "the disk is stalling: {} bytes wait to be flushed, as many as it writes in time, "
                "and at most twice store.flush_bytes_max = {}",
                end - gate_.durable(), options_.flush_bytes_max);
  }
  if (dirty_.entries() > options_.unwritten_entries_max) [[unlikely]] {
    return Fail(ErrorCode::kOverloaded, "the disk is stalling: {} queue entries wait to be written",
                dirty_.entries());
  }
  if (index_ != nullptr && index_->pending() > MessageIndex::kPendingMax) {
    return Fail(ErrorCode::kOverloaded, "the disk is stalling: {} index keys wait to be written",
                index_->pending());
  }
  return {};
}

Result<Appender::Prepared> Appender::Prepare(const NewMessage& message) const {
  const size_t body = message.parts.body.size();
  if (body > static_cast<size_t>(options_.message_bytes_max)) {
    return Fail(ErrorCode::kInvalidArgument, "the body has {} bytes; maxMessageSize is {}", body,
                options_.message_bytes_max);
  }
  if (message.queue == nullptr || message.queue->deleted())
    return Fail(ErrorCode::kNotFound, "the queue has been deleted");
  const int32_t flags = message.parts.sys_flag;
  const bool keyed = index_ != nullptr && HasIndexKeys(flags);
  Prepared out{message.parts, 0, HasQueueEntry(flags),
               keyed ? KeyHashes(message.parts.topic, message.uniq_key, message.keys)
                     : KeyHashes({}, {}, {})};
  out.parts.body_crc = MessageCrc32(out.parts.body);
  PINTLE_ASSIGN(out.size, model::RecordSize(out.parts));
  return out;
}

int64_t Appender::NextTimestamp() {
  last_timestamp_ = std::max(clock_.WallMs(), last_timestamp_);
  return last_timestamp_;
}

Appended Appender::Write(const Prepared& prepared, LogOffset offset, int64_t timestamp,
                         QueueOffset queue_offset, ByteSpan out) {
  model::EncodeRecord(prepared.parts, queue_offset, offset, timestamp, out);
  return {offset, offset + prepared.size, queue_offset, timestamp};
}

void Appender::Enter(const NewMessage& message, const Prepared& prepared,
                     const Appended& appended) {
  if (index_ != nullptr)
    index_->Add(prepared.hashes.all(), appended.offset, appended.store_timestamp);
  if (!prepared.has_entry) return;
  const int64_t tags_code =
      message.delay_ms > 0 ? appended.store_timestamp + message.delay_ms : message.tags_code;
  message.queue->Append({appended.offset, prepared.size, tags_code});
  announcer_.Leave(message.queue, appended.queue_offset, tags_code);
}

Result<Appended> Appender::Append(const NewMessage& message) {
  PINTLE_TRY(CheckWritable());
  PINTLE_ASSIGN(const Prepared prepared, Prepare(message));
  Appended appended;
  {
    MutexLock lock(mutex_);
    PINTLE_TRY(CheckWritable());
    PINTLE_ASSIGN(const CommitLog::Place place, log_.Reserve(prepared.size));
    const QueueOffset next = prepared.has_entry ? message.queue->next() : QueueOffset(0);
    appended = Write(prepared, place.offset, NextTimestamp(), next, place.bytes);
    // The record before its entry: who sees the entry must find the record.
    log_.Publish(appended.end);
    last_record_ = appended.offset;
    Enter(message, prepared, appended);
  }
  announcer_.Deliver();
  return appended;
}

Result<std::vector<Appended>> Appender::AppendBatch(std::span<const NewMessage> messages) {
  PINTLE_TRY(CheckWritable());
  if (messages.empty()) return Fail(ErrorCode::kInvalidArgument, "an empty batch");
  std::vector<Prepared> prepared;
  prepared.reserve(messages.size());
  int64_t total = 0;
  for (const NewMessage& message : messages) {
    if (message.queue != messages.front().queue)
      return Fail(ErrorCode::kInvalidArgument, "a batch of more than one queue");
    PINTLE_ASSIGN(auto one, Prepare(message));
    total += one.size;
    prepared.push_back(std::move(one));
  }
  std::vector<Appended> appended;
  appended.reserve(messages.size());
  {
    MutexLock lock(mutex_);
    PINTLE_TRY(CheckWritable());
    PINTLE_ASSIGN(const CommitLog::Place place, log_.Reserve(total));
    const int64_t timestamp = NextTimestamp();
    QueueOffset next = messages.front().queue->next();
    size_t at = 0;
    for (size_t i = 0; i < messages.size(); ++i) {
      const auto size = static_cast<size_t>(prepared[i].size);
      appended.push_back(Write(prepared[i], place.offset + static_cast<int64_t>(at), timestamp,
                               prepared[i].has_entry ? next : QueueOffset(0),
                               place.bytes.subspan(at, size)));
      if (prepared[i].has_entry) ++next;
      at += size;
    }
    log_.Publish(appended.back().end);
    last_record_ = appended.back().offset;
    for (size_t i = 0; i < messages.size(); ++i) Enter(messages[i], prepared[i], appended[i]);
  }
  announcer_.Deliver();
  return appended;
}

}  // namespace pintle::store
