// Walks the log record by record, over damage where something sound follows it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/record.h"
#include "store/segment.h"

namespace pintle::store {

// A stretch that holds no sound record, although sound ones follow it.
struct LogDamage {
  LogOffset from;
  LogOffset to;
  std::string why;
};

// A record is sound when its lengths agree with each other, it carries its own place in the log,
// its topic can be stored, and (with `check_crc`) its body matches its CRC.
//
// Where none is, the next one is looked for: at the place that the broken record's own length
// names, then byte by byte through this segment, then in the segments that follow. The log ends
// where nothing sound follows. So a flipped bit or a lost page costs the records it hit and no
// others, and a torn tail is cut at the right byte.
//
// Threads: one thread, the owner.
class LogScanner {
 public:
  // From `from`, which must be a record's start or a segment's.
  LogScanner(std::shared_ptr<const SegmentList> segments, LogOffset from, bool check_crc);

  // The next sound record, or nullopt at the end. Views live as long as the segments.
  std::optional<model::Record> Next();
  // Behind the record that Next() gave; at the end, where the log ends.
  LogOffset position() const { return position_; }
  const std::vector<LogDamage>& damages() const { return damages_; }

 private:
  const Segment* SegmentAt(LogOffset offset) const;
  void FetchAhead(const Segment& segment, int32_t size) const;
  Result<model::Record> Decode(const Segment& segment, LogOffset at) const;
  std::optional<LogOffset> FindSoundAfter(LogOffset broken) const;
  std::optional<LogOffset> NextByLength(const Segment& segment, LogOffset broken) const;
  std::optional<LogOffset> SearchSegment(const Segment& segment, LogOffset from) const;
  bool IsBlankMarker(const Segment& segment, LogOffset at) const;
  // The start of the next existing segment.
  std::optional<LogOffset> NextSegment(LogOffset offset) const;

  const std::shared_ptr<const SegmentList> segments_;
  const bool check_crc_;
  LogOffset position_;
  std::vector<LogDamage> damages_;
};

}  // namespace pintle::store
