// The store on files: the parts, put together.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/announcer.h"
#include "store/append_room.h"
#include "store/appender.h"
#include "store/commit_log.h"
#include "store/derived_loop.h"
#include "store/derived_writer.h"
#include "store/flusher.h"
#include "store/message_index.h"
#include "store/message_store.h"
#include "store/queue_files.h"
#include "store/queue_reader.h"
#include "store/queue_repair.h"
#include "store/queue_table.h"
#include "store/recovery.h"
#include "store/retention.h"
#include "store/segment_allocator.h"
#include "store/store_layout.h"
#include "store/write_gate.h"

namespace pintle::store {

// Destroyed without Close() it leaves its files as a killed process does.
// Threads: as MessageStore.
class DiskMessageStore final : public MessageStore {
 public:
  static Result<std::unique_ptr<DiskMessageStore>> Open(FileSystem& fs, const Clock& clock,
                                                        StoreOptions options);
  ~DiskMessageStore() override;

  Status Close() override;

  Result<ConsumeQueue*> OpenQueue(std::string_view topic, int32_t queue_id) override;
  ConsumeQueue* FindQueue(std::string_view topic, int32_t queue_id) override;
  Result<Appended> Append(const NewMessage& message) override;
  Result<std::vector<Appended>> AppendBatch(std::span<const NewMessage> messages) override;
  void SetObserver(AppendObserver* observer) override;
  void SetDurableListener(std::function<void(LogOffset durable)> listener) override;
  void SetRoomListener(std::function<void()> listener) override;
  uint64_t room_made() const override { return room_.made(); }

  LogOffset appended() const override { return log_.end(); }
  LogOffset durable() const override { return flusher_.durable(); }
  LogOffset min_offset() const override { return log_.min(); }
  Status Writable() const override { return gate_.Check(); }

  ReadResult Read(std::string_view topic, int32_t queue_id, QueueOffset from,
                  const ReadLimits& limits, const MessageFilter* filter) override;
  ReadResult Read(ConsumeQueue& queue, QueueOffset from, const ReadLimits& limits,
                  const MessageFilter* filter) override;
  bool IsRecent(ConsumeQueue& queue, QueueOffset from) override;
  Result<LogSlice> ReadRecord(LogOffset offset) override;
  QueueOffset MinOffset(std::string_view topic, int32_t queue_id) override;
  QueueOffset MaxOffset(std::string_view topic, int32_t queue_id) override;
  QueueOffset OffsetByTime(std::string_view topic, int32_t queue_id, int64_t timestamp_ms,
                           Boundary boundary) override;
  int64_t StoreTime(std::string_view topic, int32_t queue_id, QueueOffset offset) override;
  QueryResult Query(std::string_view topic, std::string_view key, int32_t max, int64_t begin_ms,
                    int64_t end_ms) override;

  Status DeleteTopic(std::string_view topic) override;
  std::vector<std::pair<std::string, std::vector<int32_t>>> Topics() override;
  void RunUpkeep() override;

  // What the start found. For the log and for tests.
  const RecoveryReport& recovery() const { return recovery_; }
  // Queue entries found wrong since, and put right. For the counters and for tests.
  const QueueRepair& repair() const { return repair_; }

 private:
  DiskMessageStore(FileSystem& fs, const Clock& clock, StoreOptions options);
  Status Start();
  Status MarkRunning();
  Status Recover();
  void LeaveStamps();
  void NoteRefusal(const Error& error);
  template <typename Attempt>
  auto WhenThereIsRoom(Attempt attempt);
  MessageIndex* index() { return options_.index_enable ? &index_ : nullptr; }

  FileSystem& fs_;  // const after construction
  const Clock& clock_;
  const StoreOptions options_;
  const StoreLayout layout_;
  std::unique_ptr<FileLock> lock_;  // const after Start(), until Close()
  RecoveryReport recovery_;
  bool closed_ = false;

  WriteGate gate_;
  AppendRoom room_;
  SegmentAllocator allocator_;
  CommitLog log_;
  DirtyQueues dirty_;
  QueueFiles files_;
  QueueTable queues_;
  MessageIndex index_;
  Announcer announcer_;
  QueueRepair repair_;
  QueueReader reader_;
  Appender appender_;
  DerivedWriter derived_;
  Flusher flusher_;
  DerivedLoop derived_loop_;
  Retention retention_;
};

}  // namespace pintle::store
