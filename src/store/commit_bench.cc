// What a commit of the log costs by how its segment was made; docs/decisions/0003.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/file_system.h"

namespace pintle::store {
namespace {

// kZeroedByPage: in writes of 4 KiB instead of 1 MiB.
enum class Made : uint8_t { kReserved, kZeroed, kRecycled, kZeroedByPage };
// Stored into the mapping and synced there, or kept elsewhere and written to the file.
enum class Way : uint8_t { kMapped, kWritten };

constexpr int64_t kSegmentBytes = 64 << 20;

std::unique_ptr<File> MakeFile(FileSystem& fs, const std::string& path, Made made) {
  auto file = fs.Open(path, OpenMode::kTruncate);
  if (!file) return nullptr;
  const std::vector<std::byte> fill(made == Made::kZeroedByPage ? 4096 : 1 << 20,
                                    made == Made::kRecycled ? std::byte{'r'} : std::byte{});
  bool done = (*file)->Allocate(kSegmentBytes).has_value();
  for (int64_t at = 0; made != Made::kReserved && at < kSegmentBytes && done;
       at += static_cast<int64_t>(fill.size()))
    done = (*file)->WriteAt(at, fill).has_value();
  done = done && (*file)->Sync();
  return done ? *std::move(file) : nullptr;
}

Status CommitOne(File& file, MappedRegion& region, Way way, size_t at, ByteView bytes) {
  if (way == Way::kWritten) {
    PINTLE_TRY(file.WriteAt(static_cast<int64_t>(at), bytes));
    return file.Sync();
  }
  region.PreTouch(at, bytes.size());
  std::ranges::copy(bytes, region.bytes().begin() + static_cast<std::ptrdiff_t>(at));
  return region.Sync(at, bytes.size());
}

// Arguments: how the file was made; how it is written; bytes of a commit.
void Commit(benchmark::State& state) {
  const auto fs = MakePosixFileSystem();
  const std::string path = "commit-bench.segment";
  const auto file = MakeFile(*fs, path, static_cast<Made>(state.range(0)));
  auto region = file != nullptr ? file->Map(kSegmentBytes, MapAccess::kReadWrite)
                                : Fail(ErrorCode::kIo, "no file");
  if (!region) {
    state.SkipWithError(region.error().message.c_str());
    return;
  }
  const auto way = static_cast<Way>(state.range(1));
  const std::vector<std::byte> bytes(static_cast<size_t>(state.range(2)), std::byte{'x'});
  size_t at = 0;
  for (auto _ : state) {
    if (const Status synced = CommitOne(*file, **region, way, at, bytes); !synced) {
      state.SkipWithError(synced.error().message.c_str());
      break;
    }
    at = (at + bytes.size()) % kSegmentBytes;
  }
  region->reset();
  static_cast<void>(fs->Remove(path));
}
// So many that each page is committed once.
BENCHMARK(Commit)->ArgsProduct({{0, 1, 2, 3}, {0, 1}, {4 << 10}})->Iterations(2'000)->UseRealTime();
BENCHMARK(Commit)
    ->ArgsProduct({{0, 1, 2, 3}, {0, 1}, {32 << 10}})
    ->Iterations(2'000)
    ->UseRealTime();
BENCHMARK(Commit)->ArgsProduct({{0, 1, 2, 3}, {0, 1}, {128 << 10}})->Iterations(500)->UseRealTime();

}  // namespace
}  // namespace pintle::store
