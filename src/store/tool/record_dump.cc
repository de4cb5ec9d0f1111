#include "store/tool/record_dump.h"

#include "base/crc32.h"
#include "store/log_scanner.h"

namespace pintle::store {

Status DumpRecords(const StoppedStore& store, const DumpLimits& limits, const TakeRecord& take) {
  const SegmentList& segments = *store.segments();
  if (segments.empty()) return {};
  const LogOffset from = limits.from.value_or(store.log_min());
  if (from < store.log_min() || from >= segments.back()->limit()) {
    return Fail(ErrorCode::kInvalidArgument, "offset {} is not in the log, which is {}..{}", from,
                store.log_min(), segments.back()->limit());
  }
  LogScanner scanner(store.segments(), from, false);
  int64_t given = 0;
  while (limits.count < 0 || given < limits.count) {
    const auto record = scanner.Next();
    if (!record) break;
    if (!limits.topic.empty() && record->topic != limits.topic) continue;
    ++given;
    if (!take(*record, MessageCrc32(record->body) == record->body_crc)) break;
  }
  return {};
}

}  // namespace pintle::store
