// An open file of the in-memory file system. Private to it.
#pragma once

#include <memory>
#include <string>

#include "base/file_system.h"
#include "base/memory_disk.h"
#include "base/memory_node.h"

namespace pintle {

// `path` is the name it was opened by, for events.
std::unique_ptr<File> OpenMemoryFile(MemoryDisk& disk, MemoryNodeRef node, std::string path,
                                     bool writable);

}  // namespace pintle
