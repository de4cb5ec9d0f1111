// The folder of a consumer's spools, and of the offsets that go with them.
//
//   FOLDER/lock                              held by the process that uses it
//   FOLDER/offsets                           what is committed, as of FileOffsets
//   FOLDER/TOPIC@BROKER@QUEUE/expression     what the broker was asked for
//   FOLDER/TOPIC@BROKER@QUEUE/OFFSET.spool   docs/formats/spool.md
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "client/fetched_queue.h"
#include "client/offset_store.h"
#include "client/spool.h"
#include "pintle/error.h"
#include "pintle/message.h"

namespace pintle::client {

// Threads: one thread, the owner (the consumer's loop); Open() before.
class SpoolFolder {
 public:
  // kIo, kInvalidArgument: another process uses it.
  static Result<std::unique_ptr<SpoolFolder>> Open(std::unique_ptr<FileSystem> fs,
                                                   std::string folder, int64_t bytes_max);

  // The queue's messages from `offset` on. What the folder has of another expression is dropped.
  // The folder outlives it.
  Result<std::unique_ptr<FetchedQueue>> OpenQueue(const MessageQueue& queue,
                                                  const std::string& expression, int64_t offset);
  // The queues of the topic that it has, sorted.
  Result<std::vector<MessageQueue>> Queues(const std::string& topic);

  const std::string& folder() const { return folder_; }

 private:
  SpoolFolder(std::unique_ptr<FileSystem> fs, std::string folder, int64_t bytes_max)
      : fs_(std::move(fs)), folder_(std::move(folder)), space_{.bytes_max = bytes_max} {}

  const std::unique_ptr<FileSystem> fs_;
  const std::string folder_;
  std::unique_ptr<FileLock> lock_;
  SpoolSpace space_;
};

// A queue's spool as what waits to be polled.
class SpoolQueue final : public FetchedQueue {
 public:
  SpoolQueue(std::unique_ptr<Spool> spool, const SpoolSpace& space, std::string broker_name,
             int64_t offset)
      : spool_(std::move(spool)),
        space_(space),
        broker_name_(std::move(broker_name)),
        position_(offset) {}

  Status Add(std::vector<MessageView> messages, int64_t next) override;
  Result<std::vector<MessageView>> Take(size_t max) override;
  Status MoveTo(int64_t offset) override;
  void Committed(int64_t offset) override;
  int64_t position() const override { return position_; }
  int64_t next() const override { return spool_->empty() ? position_ : spool_->end(); }
  bool full() const override { return space_.bytes >= space_.bytes_max; }

 private:
  const std::unique_ptr<Spool> spool_;
  const SpoolSpace& space_;
  const std::string broker_name_;
  int64_t position_;
};

// Offsets on this disk first, and then at the broker, when that can be reached. Reading gives the
// further one: it may have been another disk's turn in between.
class SpooledOffsets final : public OffsetStore {
 public:
  SpooledOffsets(std::unique_ptr<OffsetStore> here, std::unique_ptr<OffsetStore> broker)
      : here_(std::move(here)), broker_(std::move(broker)) {}
  // An error only where neither has one and the broker cannot be asked.
  net::Task<Result<std::optional<int64_t>>> Read(MessageQueue queue) override;
  // An error when the broker does not have it yet; it is kept here all the same.
  net::Task<Status> Write(MessageQueue queue, int64_t offset, bool wait) override;
  Status Flush() override { return here_->Flush(); }

 private:
  const std::unique_ptr<OffsetStore> here_;
  const std::unique_ptr<OffsetStore> broker_;
};

}  // namespace pintle::client
