// What can be done to files, for what records, fails or delays it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pintle {

enum class FileOperation : uint8_t {
  kOpen,    // of a file that must exist
  kCreate,  // an Open() that may create or empty the file
  kRead,
  kSize,
  kWrite,
  kTruncate,
  kAllocate,
  kSync,
  kMap,
  kMappedWrite,  // a store to mapped memory; seen at the next operation
  kMappedSync,
  kExists,
  kStamp,
  kList,
  kCreateDirectories,
  kRename,
  kRemove,
  kRemoveTree,
  kSyncDirectory,
  kSyncAll,
  kSpace,
  kLock,
};

// "kSyncDirectory" -> "sync directory".
std::string_view FileOperationName(FileOperation operation);

// One change that was made, or tried.
struct FileEvent {
  FileOperation operation = FileOperation::kWrite;
  std::string path;    // of a rename: where to
  int64_t offset = 0;  // of what is written
  int64_t length = 0;  // of what is written; of a truncation or allocation: the size
};

}  // namespace pintle
