#include "store/queue_starts.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>

#include "base/memory_file_system.h"
#include "store/log_entry.h"
#include "store/store_layout.h"
#include "store/store_testing.h"

namespace pintle::store {
namespace {

using Starts = std::map<std::pair<std::string, int32_t>, int64_t>;

bool IsDeleted(std::string_view topic, LogOffset offset) {
  return topic == "t1" && offset < LogOffset(6'000);
}

// One walk over the whole log.
Starts ByOneWalk(const std::shared_ptr<const SegmentList>& segments, LogOffset from) {
  Starts starts;
  LogScanner scanner(segments, from, false);
  while (const auto record = scanner.Next()) {
    if (!HasQueueEntry(record->sys_flag) || IsDeleted(record->topic, record->log_offset)) continue;
    starts.try_emplace({std::string(record->topic), record->queue_id},
                       record->queue_offset.value());
  }
  return starts;
}

Starts BySegments(const std::shared_ptr<const SegmentList>& segments, LogOffset from,
                  bool in_threads) {
  Starts starts;
  for (const auto& [queue, first] :
       FindQueueStarts(segments, from, {.in_threads = in_threads, .is_deleted = IsDeleted})) {
    EXPECT_TRUE(
        starts.try_emplace({std::string(queue.topic), queue.queue_id}, first.value()).second);
  }
  return starts;
}

std::shared_ptr<const SegmentList> OpenSegments(FileSystem& fs, const StoreOptions& options,
                                                int64_t end) {
  auto segments = std::make_shared<SegmentList>();
  const StoreLayout layout(options.path);
  for (int64_t base = 0; base < end; base += options.segment_bytes) {
    if (fs.Exists(JoinPath(layout.commit_log, OffsetFileName(base))).value_or(false))
      segments->push_back(
          Segment::Open(fs, layout.commit_log, LogOffset(base), options.segment_bytes));
  }
  return segments;
}

TEST(QueueStartsTest, SegmentsOneByOneTellWhatOneWalkTellsWhateverIsDamaged) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    MemoryFileSystem fs;
    ManualClock clock;
    StoreOptions options = SmallStoreOptions();
    int64_t end = 0;
    {
      const auto store = OpenStore(fs, clock, options);
      for (int i = 0; i < 150; ++i) {
        TestMessage message;
        message.topic = "t" + std::to_string(random() % 4);
        message.queue_id = static_cast<int32_t>(random() % 3);
        message.body = std::string(random() % 300, 'x');
        message.sys_flag = random() % 16 == 0 ? model::kSysPrepared : 0;
        const auto sent = Send(*store, message);
        ASSERT_TRUE(sent);
        end = sent->end.value();
      }
      ASSERT_TRUE(store->Close());
    }
    const StoreLayout layout(options.path);
    for (uint32_t i = random() % 4; i > 0; --i) {
      const auto at = static_cast<int64_t>(random()) % end;
      const int64_t base = at - at % options.segment_bytes;
      const std::string path = JoinPath(layout.commit_log, OffsetFileName(base));
      if (random() % 8 == 0) {
        static_cast<void>(fs.Remove(path));
        continue;
      }
      auto file = fs.Open(path, OpenMode::kReadWrite);
      if (!file) continue;
      const int64_t most = options.segment_bytes - (at - base);
      std::string noise(static_cast<size_t>(std::min<int64_t>(most, 1 + random() % 600)),
                        static_cast<char>(random() % 2 * random()));
      ASSERT_TRUE((*file)->WriteAt(at - base, AsBytes(noise)));
    }
    const auto segments = OpenSegments(fs, options, end);
    for (const auto& segment : *segments) {
      const Starts expected = ByOneWalk(segments, segment->base());
      EXPECT_EQ(BySegments(segments, segment->base(), false), expected);
      EXPECT_EQ(BySegments(segments, segment->base(), true), expected);
    }
  }
}

}  // namespace
}  // namespace pintle::store
