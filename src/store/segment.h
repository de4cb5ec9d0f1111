// One file of the commit log, mapped whole.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/file_system.h"
#include "model/offsets.h"

namespace pintle::store {

using model::LogOffset;

// The bytes [base, base + capacity) of the log. A file that was cut has fewer bytes than its
// capacity: what is missing is never touched.
//
// Threads: any thread. Which bytes may be written, and when they may be read, is the commit log's
// business.
class Segment {
 public:
  // A new file whose space is reserved. kNoSpace leaves no file behind.
  static Result<std::shared_ptr<Segment>> Create(FileSystem& fs, const std::string& folder,
                                                 LogOffset base, int64_t capacity);
  // An existing file, as long as it is. One that cannot be read is a segment without bytes, and
  // reported: the others are served.
  static std::shared_ptr<Segment> Open(FileSystem& fs, const std::string& folder, LogOffset base,
                                       int64_t capacity, MapAccess access = MapAccess::kReadWrite);

  LogOffset base() const { return base_; }
  LogOffset limit() const { return base_ + capacity_; }
  const std::string& path() const { return path_; }
  bool Contains(LogOffset offset) const { return offset >= base_ && offset < limit(); }

  // From `offset` to the end of what there is; empty past it.
  ByteView From(LogOffset offset) const;
  ByteSpan WritableFrom(LogOffset offset);

  // Reserves the space of a file that was created sparse or is short, and maps it whole.
  Status Reserve(FileSystem& fs);
  // Makes everything from `from` on read as zero. Costs what was ever written there, not the size of
  // the file, and takes no memory for what is blank. Durable: what was torn does not come back.
  Status Blank(FileSystem& fs, LogOffset from);
  Status Sync(LogOffset from, LogOffset to);
  void PreTouch(LogOffset from, LogOffset to);
  size_t ResidentBytes(LogOffset from, size_t length) const;

 private:
  Segment(std::string path, LogOffset base, int64_t capacity)
      : path_(std::move(path)), base_(base), capacity_(capacity) {}

  Status MapExisting(FileSystem& fs, MapAccess access);

  const std::string path_;
  const LogOffset base_;
  const int64_t capacity_;
  std::unique_ptr<MappedRegion> region_;  // null for an empty file; const once shared
};

// The segments of a log, in order. Neighbours need not adjoin: a file can be missing.
using SegmentList = std::vector<std::shared_ptr<Segment>>;

// The segment that holds `offset`, or null.
const std::shared_ptr<Segment>* FindSegment(const SegmentList& segments, LogOffset offset);

}  // namespace pintle::store
