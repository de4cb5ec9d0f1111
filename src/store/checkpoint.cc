#include "store/checkpoint.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"

namespace pintle::store {
namespace {

constexpr size_t kUsedBytes = 40;
constexpr int64_t kSlackMs = 3'000;

}  // namespace

int64_t Checkpoint::RecoveryTime() const {
  return std::max<int64_t>(0, std::min(log_timestamp, queue_timestamp) - kSlackMs);
}

Result<Checkpoint> Checkpoint::Read(FileSystem& fs, const std::string& path) {
  Checkpoint out;
  auto file = fs.Open(path, OpenMode::kRead);
  if (!file && file.error().code == ErrorCode::kNotFound) return out;
  if (!file) return std::unexpected(std::move(file).error());
  std::array<std::byte, kUsedBytes> bytes{};
  PINTLE_ASSIGN(const size_t got, (*file)->ReadAt(0, bytes));
  if (got < kUsedBytes) return out;
  out.log_timestamp = LoadBig<int64_t>(bytes.data());
  out.queue_timestamp = LoadBig<int64_t>(bytes.data() + 8);
  out.index_timestamp = LoadBig<int64_t>(bytes.data() + 16);
  out.master_flushed_offset = LoadBig<int64_t>(bytes.data() + 24);
  out.confirm_offset = LoadBig<int64_t>(bytes.data() + 32);
  return out;
}

Status Checkpoint::Write(FileSystem& fs, const std::string& path) const {
  PINTLE_ASSIGN(auto file, fs.Open(path, OpenMode::kCreate));
  PINTLE_ASSIGN(const int64_t size, file->Size());
  if (size < static_cast<int64_t>(kFileBytes)) PINTLE_TRY(file->Allocate(kFileBytes));
  std::array<std::byte, kUsedBytes> bytes;
  StoreBig(bytes.data(), log_timestamp);
  StoreBig(bytes.data() + 8, queue_timestamp);
  StoreBig(bytes.data() + 16, index_timestamp);
  StoreBig(bytes.data() + 24, master_flushed_offset);
  StoreBig(bytes.data() + 32, confirm_offset);
  PINTLE_TRY(file->WriteAt(0, bytes));
  return file->Sync();
}

}  // namespace pintle::store
