#include "base/file_operation.h"

namespace pintle {

std::string_view FileOperationName(FileOperation operation) {
  switch (operation) {
    case FileOperation::kOpen:
      return "open";
    case FileOperation::kCreate:
      return "create";
    case FileOperation::kRead:
      return "read";
    case FileOperation::kSize:
      return "size";
    case FileOperation::kWrite:
      return "write";
    case FileOperation::kTruncate:
      return "truncate";
    case FileOperation::kAllocate:
      return "allocate";
    case FileOperation::kSync:
      return "sync";
    case FileOperation::kMap:
      return "map";
    case FileOperation::kMappedWrite:
      return "mapped write";
    case FileOperation::kMappedSync:
      return "mapped sync";
    case FileOperation::kExists:
      return "exists";
    case FileOperation::kStamp:
      return "stamp";
    case FileOperation::kList:
      return "list";
    case FileOperation::kCreateDirectories:
      return "create directories";
    case FileOperation::kRename:
      return "rename";
    case FileOperation::kRemove:
      return "remove";
    case FileOperation::kRemoveTree:
      return "remove tree";
    case FileOperation::kSyncDirectory:
      return "sync directory";
    case FileOperation::kSyncAll:
      return "sync all";
    case FileOperation::kSpace:
      return "space";
    case FileOperation::kLock:
      return "lock";
  }
  return "unknown";
}

}  // namespace pintle
