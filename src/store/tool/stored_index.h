// One index file as it lies on disk, mapped for reading.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/file_system.h"
#include "store/index_file.h"

namespace pintle::store {

// The file says how many slots and entries are used, not how many there is room for: that is found
// by trying what fits its size and its contents.
//
// Threads: const after construction.
class StoredIndex {
 public:
  struct Entry {
    int32_t hash = 0;
    LogOffset offset;
    int32_t seconds = 0;
    int32_t previous = 0;
  };

  static Result<StoredIndex> Open(FileSystem& fs, const std::string& path);

  const std::string& path() const { return path_; }
  int64_t bytes() const { return static_cast<int64_t>(view().size()); }
  const IndexHeader& header() const { return header_; }
  // Zeros: it is empty or damaged, so that nothing tells.
  const IndexGeometry& geometry() const { return geometry_; }

  // With a known geometry.
  int32_t Slot(int32_t number) const;
  Entry At(int32_t number) const;  // 1 ... header().next - 1
  int64_t SlotPlace(int32_t number) const;
  int64_t EntryPlace(int32_t number) const;

 private:
  StoredIndex() = default;
  ByteView view() const { return region_ ? std::as_const(*region_).bytes() : ByteView(); }
  void FindGeometry();
  bool Fits(IndexGeometry geometry) const;

  std::string path_;
  std::unique_ptr<MappedRegion> region_;  // null for an empty file
  IndexHeader header_;
  IndexGeometry geometry_;
};

// Every file of the folder, by name. No folder: none.
Result<std::vector<StoredIndex>> ListIndexFiles(FileSystem& fs, const std::string& folder);

}  // namespace pintle::store
