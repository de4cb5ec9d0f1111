// Files, as a seam: the machine's, an in-memory one that can forget what was not synced, and one
// that fails on purpose. Nothing above base/ calls the operating system about files.
//
// Paths are UTF-8. Threads: FileSystem and File from any thread; concurrent WriteAt() to
// overlapping ranges is the caller's to avoid.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace pintle {

// A file's bytes in memory, shared with the file: a store becomes visible to readers of the file
// at once, and durable with the file's Sync().
class MappedRegion {
 public:
  virtual ~MappedRegion() = default;

  ByteSpan bytes() { return bytes_; }
  ByteView bytes() const { return bytes_; }

  // Makes every byte of the range durable.
  virtual Status Sync(size_t offset, size_t length) = 0;
  // Faults the range in for writing without changing a byte, so that the appender never takes a
  // page fault. Only on pages that nobody else writes. A hint: failing costs time alone.
  virtual void PreTouch(size_t offset, size_t length) = 0;
  // How many bytes of the range are in memory now. Errors count as none.
  virtual size_t ResidentBytes(size_t offset, size_t length) const = 0;

 protected:
  explicit MappedRegion(ByteSpan bytes) : bytes_(bytes) {}

 private:
  ByteSpan bytes_;
};

enum class MapAccess : uint8_t { kRead, kReadWrite };

class File {
 public:
  virtual ~File() = default;

  // Reads up to `into.size()` bytes; fewer only at the end of the file. Returns the number read.
  virtual Result<size_t> ReadAt(int64_t offset, ByteSpan into) = 0;
  // Writes all of `from`, extending the file where needed.
  virtual Status WriteAt(int64_t offset, ByteView from) = 0;
  virtual Result<int64_t> Size() const = 0;
  // Where the next byte is, at or after `offset`, that may be other than zero; the file's size when
  // there is none. What the file system does not tell counts as bytes: then it is `offset`.
  virtual int64_t NextData(int64_t offset) const { return offset; }
  // Where bytes that NextData() stops at end, at or after `offset`; the file's size or more when
  // nothing is known to be zero up to there.
  virtual int64_t NextHole(int64_t /*offset*/) const { return std::numeric_limits<int64_t>::max(); }
  // Sets the size; grown bytes read as zero and take no space.
  virtual Status Truncate(int64_t size) = 0;
  // Reserves real space for [0, size) and sets the size, so that a later write cannot fail for
  // want of space. A longer file keeps its size. kNoSpace leaves the file as it was.
  virtual Status Allocate(int64_t size) = 0;
  // Data (and the size) are durable when it returns. A failure is final: what was not durable
  // before may be lost although it reads back, so the caller must not write on.
  virtual Status Sync() = 0;
  // Maps [0, length), length > 0; kInvalidArgument when the file is shorter. The region outlives
  // the File. Store only to bytes that Allocate() has reserved: the system ends the process when
  // a full disk has no place for a page of a hole.
  virtual Result<std::unique_ptr<MappedRegion>> Map(size_t length, MapAccess access) = 0;
};

enum class OpenMode : uint8_t {
  kRead,       // must exist
  kReadWrite,  // must exist
  kCreate,     // created when missing, opened for reading and writing
  kCreateNew,  // must not exist
  kTruncate,   // created, or emptied
};

struct DirEntry {
  std::string name;  // without the folder
  bool is_directory = false;
};

struct SpaceUsage {
  int64_t total_bytes = 0;  // used and free
  int64_t free_bytes = 0;   // for an ordinary user
};

// Equal stamps of one path: nothing was changed there meanwhile. They mean nothing beside each other
// and nothing on another machine.
struct FileStamp {
  int64_t size = 0;  // of a folder: 0
  int64_t modified = 0;
  int64_t changed = 0;

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

// Held for as long as it lives; freed by the process's end too.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual Result<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) = 0;
  virtual Result<bool> Exists(const std::string& path) = 0;
  // Names in no particular order, without "." and "..". kNotFound when there is no such folder.
  virtual Result<std::vector<DirEntry>> List(const std::string& path) = 0;
  // Of a file, its size and when its bytes were written last; of a folder, when a name in it was.
  virtual Result<FileStamp> Stamp(const std::string& path) = 0;
  // With parents, and durably so; not an error when it exists.
  virtual Status CreateDirectories(const std::string& path) = 0;
  // One folder in another that is there; durable with a SyncDirectory() of that. False: it existed.
  virtual Result<bool> MakeFolder(const std::string& path) = 0;
  virtual Status Rename(const std::string& from, const std::string& to) = 0;
  // A file or an empty folder. kNotFound when missing.
  virtual Status Remove(const std::string& path) = 0;
  // The folder with everything in it; not an error when missing.
  virtual Status RemoveTree(const std::string& path) = 0;
  // Makes the creation, renaming and removal of the folder's entries durable.
  virtual Status SyncDirectory(const std::string& path) = 0;
  // Makes all files and all names durable that there are on `path`'s disk, whoever wrote them: at
  // once what takes a sync for each file otherwise. A failure is final, as with File::Sync().
  // kUnsupported: this disk cannot, or does not wait until it is done; nothing was made durable.
  virtual Status SyncAll(const std::string& path) = 0;
  virtual Result<SpaceUsage> Space(const std::string& path) = 0;
  // kBusy, with the holder's process id in the message where it is known, when another process
  // has it. Compatible with java.nio's FileChannel.lock(0, 1, false): a POSIX record lock.
  virtual Result<std::unique_ptr<FileLock>> Lock(const std::string& path) = 0;
};

// The machine's files.
std::unique_ptr<FileSystem> MakePosixFileSystem();

// Writes `contents` to `path` so that a reader finds the old or the new text, whole, also after
// power loss: a new file beside it, synced, renamed over, folder synced. With `keep_backup`, the
// old text stays as `path` + ".bak", as RocketMQ keeps it.
Status WriteFileAtomically(FileSystem& fs, const std::string& path, std::string_view contents,
                           bool keep_backup);

// The whole file as text. kNotFound when missing; kInvalidArgument past `limit_bytes`.
Result<std::string> ReadWholeFile(FileSystem& fs, const std::string& path,
                                  int64_t limit_bytes = int64_t{1} << 30);

// "a/b" + "c" -> "a/b/c".
std::string JoinPath(std::string_view folder, std::string_view name);

}  // namespace pintle
