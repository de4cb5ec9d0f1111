// What a file could hold after a power loss. Private to the in-memory file system.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"

namespace pintle {

inline constexpr size_t kHistoryPageSize = 4096;
inline constexpr size_t kSectorSize = 512;

using HistoryPage = std::array<std::byte, kHistoryPageSize>;
using HistoryPageRef = std::shared_ptr<const HistoryPage>;  // null: zeros

struct FileImage {
  int64_t size = 0;
  std::vector<HistoryPageRef> pages;  // past the last one: zeros
};

// How much of what was not synced survives.
struct CrashChances {
  double keep = 0.5;  // for each page and size: that something newer than the synced state is found
  bool tears = false;  // a page may be a mixture of two versions, sector by sector
};

// The synced content of one file and every later version of each page that the system may have
// written by itself: after a power loss, each page holds its synced version or any later one, and
// the size is the synced one or any later one. Sizes change in order, and a truncation orders the
// pages that it cuts: bytes cut off are zero when the file has grown again, and nothing written
// after a truncation is found when the truncation is not.
//
// Threads: one at a time, the caller's to ensure.
class PageHistory {
 public:
  PageHistory() = default;
  explicit PageHistory(FileImage durable);

  // The file as it is, whatever is durable of it.
  static FileImage ImageOf(const std::byte* live, int64_t size);

  struct Run {
    size_t first = 0;
    size_t count = 0;
  };

  // Compares the pages [first, last) of the file with their newest known version, notes those that
  // differ, and returns them. `live` holds at least `last` pages; other threads may be storing to
  // it meanwhile, as they may while a real system writes a page out.
  std::vector<Run> Record(const std::byte* live, size_t first, size_t last);
  // The file has this size now. Bytes past it are zero.
  void RecordSize(int64_t size);

  // All noted, or the noted versions of some pages, and the size become durable.
  void Sync();
  void SyncPages(size_t first, size_t last);
  // A failed sync, as Linux does it: of what was noted, some pages and perhaps the size become
  // durable; the others are taken for clean and are never written unless they change again.
  void FailSync(Random& random);

  // Nothing that a power loss could take.
  bool all_durable() const { return noted_.empty() && taken_clean_.empty() && sizes_.size() == 1; }

  FileImage Crash(Random& random, const CrashChances& chances) const;

 private:
  struct Version {
    HistoryPageRef page;
    size_t epoch = 0;  // how many size changes came before it
  };

  HistoryPageRef Newest(size_t page) const;
  void Note(size_t page, HistoryPageRef content);
  void CommitSizes();
  void CommitPage(size_t page);
  size_t CutFrom(size_t page, size_t after_epoch, size_t to_epoch) const;
  HistoryPageRef CrashPage(size_t page, size_t epoch, Random& random,
                           const CrashChances& chances) const;

  std::vector<HistoryPageRef> durable_;
  std::map<size_t, std::vector<Version>> noted_;  // oldest first
  std::map<size_t, HistoryPageRef> taken_clean_;  // lost by a failed sync, yet read back
  std::vector<int64_t> sizes_{0};                 // the durable one, then each later one
};

}  // namespace pintle
