// Where a consumer's offsets are kept.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/file_system.h"
#include "client/client_runtime.h"
#include "pintle/consumer_options.h"
#include "pintle/error.h"
#include "pintle/message.h"

namespace pintle::client {

// Threads: the runtime's loop.
class OffsetStore {
 public:
  virtual ~OffsetStore() = default;
  // Empty: none is kept.
  virtual net::Task<Result<std::optional<int64_t>>> Read(MessageQueue queue) = 0;
  // `wait`: returns once it has arrived where Flush() leaves nothing to do.
  virtual net::Task<Status> Write(MessageQueue queue, int64_t offset, bool wait) = 0;
  // Makes what was written durable, where that is ours to do.
  virtual Status Flush() = 0;
};

// What a broker says of a group that has no offset in a queue.
enum class NoOffset : uint8_t {
  kGuess,  // zero while the queue's first messages are all there, as for RocketMQ's push consumer
  kNone,   // that it has none
};

// The group's, at the queue's broker.
class BrokerOffsets final : public OffsetStore {
 public:
  BrokerOffsets(ClientRuntime& runtime, std::string group, NoOffset absent)
      : runtime_(runtime), group_(std::move(group)), absent_(absent) {}
  net::Task<Result<std::optional<int64_t>>> Read(MessageQueue queue) override;
  net::Task<Status> Write(MessageQueue queue, int64_t offset, bool wait) override;
  Status Flush() override { return {}; }

 private:
  ClientRuntime& runtime_;
  const std::string group_;
  const NoOffset absent_;
};

// One file: a line with topic, broker, queue and offset for each queue. Replaced as a whole, so that
// a crash leaves the old or the new one.
class FileOffsets final : public OffsetStore {
 public:
  // kInvalidArgument: the file is not one of these.
  static Result<std::unique_ptr<OffsetStore>> Open(std::string path);
  net::Task<Result<std::optional<int64_t>>> Read(MessageQueue queue) override;
  net::Task<Status> Write(MessageQueue queue, int64_t offset, bool wait) override;
  Status Flush() override;

 private:
  explicit FileOffsets(std::string path) : fs_(MakePosixFileSystem()), path_(std::move(path)) {}
  Status Load();

  const std::unique_ptr<FileSystem> fs_;
  const std::string path_;
  std::map<MessageQueue, int64_t> offsets_;
  bool changed_ = false;
};

class NoOffsets final : public OffsetStore {
 public:
  net::Task<Result<std::optional<int64_t>>> Read(MessageQueue) override {
    co_return std::optional<int64_t>();
  }
  net::Task<Status> Write(MessageQueue, int64_t, bool) override { co_return Status(); }
  Status Flush() override { return {}; }
};

// Where the options of a consumer say; `file` is for kFile alone.
Result<std::unique_ptr<OffsetStore>> OpenOffsets(OffsetStorage storage, const std::string& file,
                                                 ClientRuntime& runtime, const std::string& group,
                                                 NoOffset absent);

}  // namespace pintle::client
