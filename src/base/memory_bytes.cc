#include "base/memory_bytes.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace pintle {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kSmallest = 16 * 1024 * 1024;

size_t RoundUp(size_t n) { return (n + kPage - 1) / kPage * kPage; }

}  // namespace

class MemoryBytes::Block {
 public:
  explicit Block(size_t capacity)
      : capacity_(capacity),
        data_(::mmap(nullptr, capacity, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
    PINTLE_CHECK(data_ != MAP_FAILED, "no address space for {} bytes", capacity);
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() { ::munmap(data_, capacity_); }

  std::byte* data() const { return static_cast<std::byte*>(data_); }
  size_t capacity() const { return capacity_; }

 private:
  const size_t capacity_;
  void* const data_;
};

std::byte* MemoryBytes::Data(const Pin& pin) { return pin == nullptr ? nullptr : pin->data(); }

std::byte* MemoryBytes::data() const { return Data(block_); }

Status MemoryBytes::Reserve(size_t size) {
  const size_t old = block_ == nullptr ? 0 : block_->capacity();
  if (size <= old) return {};
  if (block_ != nullptr && block_.use_count() > 1)
    return Fail(ErrorCode::kUnsupported,
                "a mapped file in memory cannot grow to {} bytes: it was mapped with room for {}",
                size, old);
  auto grown = std::make_shared<Block>(std::max(kSmallest, RoundUp(size) * 4));
  if (block_ != nullptr) std::memcpy(grown->data(), block_->data(), old);
  block_ = std::move(grown);
  return {};
}

void MemoryBytes::Zero(size_t begin, size_t end) {
  if (block_ == nullptr || begin >= end) return;
  const size_t first = std::min(RoundUp(begin), end);
  const size_t last = std::max(end / kPage * kPage, first);
  std::memset(data() + begin, 0, first - begin);
  std::memset(data() + last, 0, end - last);
  // Gives the memory back too; an anonymous page reads as zero afterwards.
  if (last > first) PINTLE_CHECK(::madvise(data() + first, last - first, MADV_DONTNEED) == 0);
}

}  // namespace pintle
