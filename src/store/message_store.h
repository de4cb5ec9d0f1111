// The store of one broker: one commit log, many consume queues over it, one index.
//
// Threads: Append*() from any thread, one at a time inside. Read*(), Find*() and the watermarks
// from any thread. Open() and Close() by the owner.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/file_system.h"
#include "base/recycled_memory.h"
#include "model/offsets.h"
#include "model/record.h"
#include "store/store_options.h"

namespace pintle::store {

using model::LogOffset;
using model::QueueOffset;

class ConsumeQueue;  // one queue of one topic; see consume_queue.h

// Where an appended message went.
struct Appended {
  LogOffset offset;
  LogOffset end;  // the log's end after it: durable once the durable watermark reaches it
  QueueOffset queue_offset;
  int64_t store_timestamp = 0;
};

// One message to append. `parts.topic` and `parts.queue_id` name `queue`; `parts.body_crc` is
// computed by the store. A prepared or rolled-back message (sysFlag) gets no queue entry.
struct NewMessage {
  ConsumeQueue* queue = nullptr;  // from OpenQueue(); borrowed
  model::RecordParts parts;
  int64_t tags_code = 0;      // the queue entry's third field
  int64_t delay_ms = 0;       // over 0: the third field is store time + this instead
  std::string_view uniq_key;  // for the index; may be empty
  std::string_view keys;      // space-separated, for the index; may be empty
};

// Told of every message that became readable, on an appending thread, outside of the store's lock,
// one call at a time, in order of log offset. Must not block and must not append.
class AppendObserver {
 public:
  virtual ~AppendObserver() = default;
  virtual void OnReadable(ConsumeQueue& queue, QueueOffset offset, int64_t tags_code) = 0;
};

// Chooses messages while reading. Tags codes first, whole records only if that passes.
class MessageFilter {
 public:
  virtual ~MessageFilter() = default;
  virtual bool MatchesTagsCode(int64_t tags_code) const = 0;
  virtual bool MatchesRecord(ByteView record) const = 0;
};

enum class ReadStatus : uint8_t {
  kFound,
  kNoMatchedMessage,     // read some, the filter passed none; `next` is past them
  kMessageWasRemoving,   // the log's file has just been deleted
  kOffsetFoundNull,      // no entry where one should be: the queue's file has just been deleted
  kOffsetOverflowBadly,  // beyond the end by more than one
  kOffsetOverflowOne,    // exactly at the end: nothing new yet
  kOffsetTooSmall,       // below the smallest that is still stored
  kNoMatchedLogicQueue,  // no such queue
  kNoMessageInQueue,     // a queue without a message
  kNotRecent,            // ReadLimits::recent_only, and it is not; nothing was read
};

// A stretch of the log, pinned for as long as the slice lives: its segment is neither unmapped nor
// deleted under a reader.
struct LogSlice {
  ByteView bytes;
  std::shared_ptr<const void> pin;
};

struct ReadResult {
  ReadStatus status = ReadStatus::kNoMatchedLogicQueue;
  QueueOffset next;  // where to read from next; corrected when the asked offset was out of range
  QueueOffset min;
  QueueOffset max;  // one past the last
  int32_t messages = 0;
  int64_t bytes = 0;
  // Neighbours in the log are one slice. A slice without a pin is held by that of the last one
  // before it which has one.
  RecycledVector<LogSlice> slices;
};

struct ReadLimits {
  int32_t messages = 32;
  int64_t bytes = 256 << 10;  // the first message is given whatever its size
  bool recent_only = false;   // read only where IsRecent()
};

enum class Boundary : uint8_t { kLower, kUpper };

class MessageStore {
 public:
  // Opens, recovers and starts flushing. kBusy names the holder of the directory.
  static Result<std::unique_ptr<MessageStore>> Open(FileSystem& fs, const Clock& clock,
                                                    StoreOptions options);
  virtual ~MessageStore() = default;

  // Flushes, writes the checkpoint, removes the abort mark. Appends fail with kUnavailable from
  // here on.
  virtual Status Close() = 0;

  // --- writing
  // The queue, created when missing. Stable for the store's life.
  virtual Result<ConsumeQueue*> OpenQueue(std::string_view topic, int32_t queue_id) = 0;
  // nullptr when there is none.
  virtual ConsumeQueue* FindQueue(std::string_view topic, int32_t queue_id) = 0;

  // kInvalidArgument: too large. kOverloaded: the disk is stalling, and was for append_wait_ms.
  // kNoSpace: disk full. kUnavailable: closed, or failed for good. Nothing was written in each case.
  virtual Result<Appended> Append(const NewMessage& message) = 0;
  // All in one queue, consecutive offsets, in one segment; all or none.
  virtual Result<std::vector<Appended>> AppendBatch(std::span<const NewMessage> messages) = 0;

  // May be set once, before the first append.
  virtual void SetObserver(AppendObserver* observer) = 0;
  // Called by the flush thread after the durable watermark moved (or the store failed for good).
  virtual void SetDurableListener(std::function<void(LogOffset durable)> listener) = 0;
  // Called by a thread of the store after an append was refused with kOverloaded, once another try
  // may end otherwise. Must not block.
  virtual void SetRoomListener(std::function<void()> listener) = 0;
  // Changes with each such moment, refused appends or not: when it has changed since before a
  // refused append, the next try need not wait to be told.
  virtual uint64_t room_made() const = 0;

  // --- watermarks
  virtual LogOffset appended() const = 0;
  virtual LogOffset durable() const = 0;
  virtual LogOffset min_offset() const = 0;
  // Empty while the store takes appends; else why not (disk full, failed sync, closed).
  virtual Status Writable() const = 0;

  // --- reading
  virtual ReadResult Read(std::string_view topic, int32_t queue_id, QueueOffset from,
                          const ReadLimits& limits, const MessageFilter* filter) = 0;
  virtual ReadResult Read(ConsumeQueue& queue, QueueOffset from, const ReadLimits& limits,
                          const MessageFilter* filter) = 0;
  // True when reading there will not wait for the disk (as far as can be known).
  virtual bool IsRecent(ConsumeQueue& queue, QueueOffset from) = 0;
  // One whole record. kNotFound: nothing starts there.
  virtual Result<LogSlice> ReadRecord(LogOffset offset) = 0;

  virtual QueueOffset MinOffset(std::string_view topic, int32_t queue_id) = 0;  // 0 without a queue
  virtual QueueOffset MaxOffset(std::string_view topic, int32_t queue_id) = 0;
  virtual QueueOffset OffsetByTime(std::string_view topic, int32_t queue_id, int64_t timestamp_ms,
                                   Boundary boundary) = 0;
  // Store time of the message at `offset`, or -1.
  virtual int64_t StoreTime(std::string_view topic, int32_t queue_id, QueueOffset offset) = 0;

  struct QueryResult {
    std::vector<LogSlice> records;  // newest first as the index gives them
    int64_t index_last_update_timestamp = 0;
    LogOffset index_last_update_offset;
  };
  virtual QueryResult Query(std::string_view topic, std::string_view key, int32_t max,
                            int64_t begin_ms, int64_t end_ms) = 0;

  // --- upkeep
  // Forgets the topic's queues and their files. Messages stay in the log until retention.
  virtual Status DeleteTopic(std::string_view topic) = 0;
  // Topics that have queues, with their queue ids.
  virtual std::vector<std::pair<std::string, std::vector<int32_t>>> Topics() = 0;

  // One turn of everything that the store's threads do, in the calling thread: preparing segments,
  // flushing, checkpoints, retention. With StoreOptions::background_threads off nothing else does
  // them; otherwise a no-op.
  virtual void RunUpkeep() = 0;
};

}  // namespace pintle::store
