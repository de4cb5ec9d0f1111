// One file of the machine, open. Private to base: everybody else goes through FileSystem.
#pragma once

#include <unistd.h>

#include <memory>
#include <string>
#include <utility>

#include "base/file_system.h"

namespace pintle {

// Owns a file descriptor; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  int get() const { return fd_; }

 private:
  int fd_;
};

Result<std::unique_ptr<File>> OpenPosixFile(const std::string& path, OpenMode mode);

// Reserves real space for [0, size) by writing, for a file system without fallocate(2): a zero to
// each block past the end and each block's first byte again before it. Nobody may write to the
// file meanwhile. Exposed for its test.
Status AllocateByWriting(int fd, int64_t old_size, int64_t size);

}  // namespace pintle
