#include "store/segment.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "store/store_layout.h"

namespace pintle::store {
namespace {

class SegmentBlankTest : public testing::Test {
 protected:
  static constexpr int64_t kCapacity = 128 << 20;

  void SetUp() override {
    std::string pattern = testing::TempDir() + "pintle-segment-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    auto file = fs_->Open(Path(), OpenMode::kCreateNew);
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->Allocate(kCapacity));
  }
  void TearDown() override { ASSERT_TRUE(fs_->RemoveTree(folder_)); }

  std::string Path() const { return JoinPath(folder_, OffsetFileName(0)); }
  std::shared_ptr<Segment> Open() {
    return Segment::Open(*fs_, folder_, LogOffset(0), kCapacity, MapAccess::kReadWrite);
  }
  // Bytes that are not known to be zero.
  int64_t WrittenBytes() {
    const auto file = fs_->Open(Path(), OpenMode::kRead);
    int64_t sum = 0;
    for (int64_t at = (*file)->NextData(0); at < kCapacity; at = (*file)->NextData(at)) {
      const int64_t hole = std::min((*file)->NextHole(at), kCapacity);
      sum += hole - at;
      at = hole;
    }
    return sum;
  }

  std::unique_ptr<FileSystem> fs_ = MakePosixFileSystem();
  std::string folder_;
};

TEST_F(SegmentBlankTest, ErasesWhatIsThereAndNothingBefore) {
  const auto segment = Open();
  const ByteSpan bytes = segment->WritableFrom(LogOffset(0));
  constexpr size_t kFrom = (2 << 20) + 7;
  for (const size_t at : {kFrom - 1, kFrom, kFrom + 1, size_t{3 << 20}, size_t{100 << 20},
                          static_cast<size_t>(kCapacity) - 1})
    bytes[at] = std::byte{1};
  ASSERT_TRUE(segment->Blank(*fs_, LogOffset(kFrom)));
  EXPECT_EQ(bytes[kFrom - 1], std::byte{1});
  EXPECT_TRUE(
      std::ranges::all_of(bytes.subspan(kFrom), [](std::byte b) { return b == std::byte{}; }));
}

// The system reads ahead of who reads on, and takes what it has read for written.
TEST_F(SegmentBlankTest, TakesNoMemoryForWhatWasNeverWritten) {
  {
    const auto file = fs_->Open(Path(), OpenMode::kReadWrite);
    if ((*file)->NextData(0) == 0) GTEST_SKIP() << "this file system does not tell holes";
    ASSERT_TRUE((*file)->WriteAt(0, std::vector<std::byte>(16 << 20, std::byte{1})));
    ASSERT_TRUE((*file)->Sync());
  }
  // As after a restart of the machine: it is read from the disk.
  const int fd = ::open(Path().c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  EXPECT_EQ(::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
  ::close(fd);
  const auto segment = Open();
  ASSERT_TRUE(segment->Blank(*fs_, LogOffset(1 << 20)));
  EXPECT_LT(WrittenBytes(), kCapacity / 2);
}

}  // namespace
}  // namespace pintle::store
