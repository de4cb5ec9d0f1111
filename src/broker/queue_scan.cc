#include "broker/queue_scan.h"

#include "store/consume_queue.h"

namespace pintle::broker {

model::QueueOffset ForEachRecord(store::MessageStore& store, store::ConsumeQueue& queue,
                                 model::QueueOffset from, const store::MessageFilter* filter,
                                 const std::function<void(const model::Record&)>& visit) {
  store::ReadLimits limits;
  limits.bytes = 4 << 20;
  limits.messages = 1024;
  while (from < queue.end()) {
    const auto read = store.Read(queue, from, limits, filter);
    for (const store::LogSlice& slice : read.slices) {
      ByteView rest = slice.bytes;
      while (!rest.empty()) {
        const auto record = model::DecodeRecord(rest, /*check_crc=*/false);
        if (!record) break;
        visit(*record);
        rest = rest.subspan(static_cast<size_t>(record->size));
      }
    }
    if (read.next <= from) break;
    from = read.next;
  }
  return from;
}

}  // namespace pintle::broker
