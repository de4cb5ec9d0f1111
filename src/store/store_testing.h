// Small stores for tests: options with everything tiny, messages in one line, readers of all there
// is.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/file_system.h"
#include "store/disk_message_store.h"

namespace pintle::store {

// Segments of 4 KiB, queue files of 16 entries, index files of 16 slots and 31 keys, no thread.
StoreOptions SmallStoreOptions();

// A message to send and to compare with.
struct TestMessage {
  std::string topic = "topic";
  int32_t queue_id = 0;
  std::string body = {};
  std::string tag = {};
  std::string keys = {};
  std::string uniq_key = {};
  int32_t sys_flag = 0;
};

Result<Appended> Send(MessageStore& store, const TestMessage& message);
Result<std::vector<Appended>> SendBatch(MessageStore& store, const std::vector<TestMessage>& all);

// Where a message is and what it holds.
struct StoredMessage {
  QueueOffset queue_offset;
  LogOffset offset;
  std::string body;

  friend bool operator==(const StoredMessage&, const StoredMessage&) = default;
};
// For gtest's messages.
void PrintTo(const StoredMessage& message, std::ostream* out);

// The records of a result, decoded with their CRC. Fails the test when one is not whole.
std::vector<StoredMessage> Messages(const ReadResult& result);
// Everything in a queue, from its min offset on.
std::vector<StoredMessage> ReadQueue(MessageStore& store, std::string_view topic, int32_t queue_id);
// Everything in all queues that hold something.
using StoreContents = std::map<std::pair<std::string, int32_t>, std::vector<StoredMessage>>;
StoreContents ReadStore(MessageStore& store);
// What differs, a line a queue; empty when nothing does.
std::string Difference(const StoreContents& a, const StoreContents& b);

// Opens with the options; fails the test when it does not.
std::unique_ptr<DiskMessageStore> OpenStore(FileSystem& fs, const Clock& clock,
                                            const StoreOptions& options);

}  // namespace pintle::store
