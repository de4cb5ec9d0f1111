// The messages of one queue on this disk, from when they were fetched until they are committed.
//
// It is a copy of what the broker has until the offsets are committed there: what is torn or damaged
// is cut off, with everything behind it, and fetched again. Format: docs/formats/spool.md.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/file_system.h"
#include "pintle/error.h"
#include "pintle/message.h"

namespace pintle::client {

// One entry as it is in a file. The view borrows from the file's bytes.
struct SpoolEntry {
  int64_t next = 0;  // everything before this offset is here or is not for us
  ByteView record;   // empty: no message
  size_t bytes = 0;  // of the entry
};

// The entry at the front of `in`; empty when that is not a whole, undamaged one.
std::optional<SpoolEntry> DecodeSpoolEntry(ByteView in);

// Bytes that all spools of a consumer may have, and have.
struct SpoolSpace {
  int64_t bytes_max = 0;
  int64_t bytes = 0;
};

// Threads: one thread, the owner.
class Spool {
 public:
  // Reads what the folder has; it is made when missing. kIo. `space` outlives the spool.
  static Result<std::unique_ptr<Spool>> Open(FileSystem& fs, std::string folder, SpoolSpace& space,
                                             int64_t segment_bytes = int64_t{16} << 20);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // Holds nothing and says nothing of any offset.
  bool empty() const { return segments_.empty(); }
  // What is held: offsets from begin() to before end(). Not when empty().
  int64_t begin() const { return segments_.begin()->first; }
  int64_t end() const { return end_; }

  // Appends messages that begin at end(), or anywhere when empty(), and says that everything before
  // `next` has been dealt with. kIo: nothing is added, and the next call tries again.
  Status Append(int64_t from, std::span<const MessageView> messages, int64_t next);

  struct Batch {
    std::vector<MessageView> messages;
    int64_t next = 0;  // where to read on
  };
  // Up to `max` messages from `offset` on, which is held. A damaged entry is cut off here.
  Result<Batch> Read(int64_t offset, size_t max, const std::string& broker_name);

  // Removes the files that have nothing at or behind `offset`.
  Status Forget(int64_t offset);
  // Removes everything.
  Status Clear();

 private:
  struct Segment {
    std::unique_ptr<File> file;
    int64_t bytes = 0;
  };
  using Segments = std::map<int64_t, Segment>;  // by the offset that they begin at
  // Where reading stands.
  struct Cursor {
    int64_t segment = -1;  // its key; -1: nowhere
    int64_t at = 0;        // bytes
    int64_t offset = 0;    // what is before it is read
  };

  Spool(FileSystem& fs, std::string folder, SpoolSpace& space, int64_t segment_bytes)
      : fs_(fs), folder_(std::move(folder)), space_(space), segment_bytes_(segment_bytes) {}
  Status Load();
  std::string PathOf(int64_t begin) const;
  // The whole entries of a segment, and where they end.
  Status Scan(int64_t begin, Segment& segment, bool& whole);
  Status Remove(Segments::iterator segment);
  // Cuts everything from byte `at` of the segment on.
  Status CutAt(Segments::iterator segment, int64_t at, int64_t end);
  Result<ByteView> ReadEntryAt(const Segment& segment, int64_t at);
  Status MoveCursor(int64_t offset);

  FileSystem& fs_;
  const std::string folder_;
  SpoolSpace& space_;
  const int64_t segment_bytes_;
  Segments segments_;
  int64_t end_ = 0;
  bool tail_dirty_ = false;  // a failed write may have left bytes behind the last entry
  Cursor cursor_;
  std::vector<std::byte> buffer_;
};

}  // namespace pintle::client
