// What a commit of the log costs by how its segment was made; docs/decisions/0003.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/file_system.h"

namespace pintle::store {
namespace {

enum class Made : uint8_t { kReserved, kZeroed, kRecycled };

constexpr int64_t kSegmentBytes = 64 << 20;

std::unique_ptr<File> MakeFile(FileSystem& fs, const std::string& path, Made made) {
  auto file = fs.Open(path, OpenMode::kTruncate);
  if (!file) return nullptr;
  const std::vector<std::byte> fill(1 << 20,
                                    made == Made::kRecycled ? std::byte{'r'} : std::byte{});
  bool done = (*file)->Allocate(kSegmentBytes).has_value();
  for (int64_t at = 0; made != Made::kReserved && at < kSegmentBytes && done;
       at += static_cast<int64_t>(fill.size()))
    done = (*file)->WriteAt(at, fill).has_value();
  done = done && (*file)->Sync();
  return done ? *std::move(file) : nullptr;
}

// Arguments: how the file was made; bytes of a commit.
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
  const auto step = static_cast<size_t>(state.range(1));
  size_t at = 0;
  for (auto _ : state) {
    (*region)->PreTouch(at, step);
    std::ranges::fill((*region)->bytes().subspan(at, step), std::byte{'x'});
    if (const Status synced = (*region)->Sync(at, step); !synced) {
      state.SkipWithError(synced.error().message.c_str());
      break;
    }
    at = (at + step) % kSegmentBytes;
  }
  region->reset();
  static_cast<void>(fs->Remove(path));
}
// So many that each page is committed once.
BENCHMARK(Commit)->ArgsProduct({{0, 1, 2}, {4096}})->Iterations(2'000)->UseRealTime();
BENCHMARK(Commit)->ArgsProduct({{0, 1, 2}, {128 << 10}})->Iterations(500)->UseRealTime();

}  // namespace
}  // namespace pintle::store
