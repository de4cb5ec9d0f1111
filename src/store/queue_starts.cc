#include "store/queue_starts.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <utility>

#include "store/log_entry.h"

namespace pintle::store {
namespace {

using Starts = std::vector<QueueStart>;

Starts StartsIn(std::shared_ptr<const SegmentList> segments, LogOffset from, LogOffset to,
                const QueueStartOptions& options) {
  Starts starts;
  QueueNumbers numbers;
  LogScanner scanner(std::move(segments), from, false);
  while (scanner.position() < to) {
    const auto record = scanner.Next();
    if (!record || record->log_offset >= to) break;
    if (!HasQueueEntry(record->sys_flag)) continue;
    if (options.is_deleted && options.is_deleted(record->topic, record->log_offset)) continue;
    const QueueName queue{record->topic, record->queue_id};
    if (numbers.Of(queue) == starts.size()) starts.push_back({queue, record->queue_offset});
  }
  return starts;
}

}  // namespace

std::vector<QueueStart> FindQueueStarts(const std::shared_ptr<const SegmentList>& segments,
                                        LogOffset from, const QueueStartOptions& options) {
  const auto first =
      std::ranges::find_if(*segments, [&](const auto& segment) { return segment->limit() > from; });
  const auto count = static_cast<size_t>(segments->end() - first);
  std::vector<Starts> parts(count);
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t at = next++; at < count; at = next++) {
      const Segment& segment = **(first + static_cast<ptrdiff_t>(at));
      parts[at] = StartsIn(segments, std::max(from, segment.base()), segment.limit(), options);
    }
  };
  {
    std::vector<std::jthread> others(
        options.in_threads ? std::min(count, size_t{std::thread::hardware_concurrency()}) : 0);
    for (size_t i = 1; i < others.size(); ++i) others[i] = std::jthread(work);
    work();
  }
  // Of the parts the first one that names a queue counts.
  Starts starts;
  QueueNumbers numbers;
  for (const Starts& part : parts) {
    for (const QueueStart& start : part) {
      if (numbers.Of(start.queue) == starts.size()) starts.push_back(start);
    }
  }
  return starts;
}

}  // namespace pintle::store
