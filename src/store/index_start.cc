#include "store/index_start.h"

#include <algorithm>

#include "base/log.h"

namespace pintle::store {

std::optional<model::Record> RecordAt(const CommitLog& log, LogOffset offset) {
  const auto segments = log.segments();
  const auto* segment = FindSegment(*segments, offset);
  if (segment == nullptr) return std::nullopt;
  auto record = model::DecodeRecord((*segment)->From(offset), false);
  if (!record || record->log_offset != offset) return std::nullopt;
  return *record;
}

Result<LogOffset> IndexStart::Find() {
  if (!state_.clean || index_.lost_files() || !IsLastThere())
    PINTLE_TRY(index_.CutAt(state_.start));
  const LogOffset last = index_.last_written();
  const LogOffset complete = CompleteBelow(last);
  // Without a log there is nothing to add, and what is in the index does no harm.
  if (complete >= state_.start || log_.segments()->empty()) return std::max(state_.start, last + 1);

  PINTLE_LOG(kWarn,
             "store: the index holds the keys of messages up to {} of the log: those of "
             "{}..{} are added",
             last, complete, state_.start);
  // The keys of the last message may not all be there. They are added again, and not doubled.
  const LogOffset from = complete == EndOf(last) ? last : complete;
  PINTLE_TRY(index_.CutAt(from));
  return from;
}

// An index that leads to no message has a damaged header, or the log lost its end.
bool IndexStart::IsLastThere() const {
  const LogOffset last = index_.last_written();
  return last < log_.min() || RecordAt(log_, last);
}

LogOffset IndexStart::CompleteBelow(LogOffset last) const {
  const LogOffset below = std::max(log_.min(), EndOf(last).value_or(LogOffset(0)));
  const RecoveryPoint* point = state_.point;
  const bool kept =
      point != nullptr && point->indexed && !index_.lost_files() && last >= point->last_indexed;
  return kept ? std::max(below, point->position) : below;
}

std::optional<LogOffset> IndexStart::EndOf(LogOffset message) const {
  const auto record = RecordAt(log_, message);
  return record ? std::optional(message + record->size) : std::nullopt;
}

}  // namespace pintle::store
