#include "store/residency.h"

#include <gtest/gtest.h>

#include "base/memory_file_system.h"

namespace pintle::store {
namespace {

constexpr int64_t kSegmentBytes = 3 << 20;
constexpr size_t kProbe = 64 << 10;

class ResidencyTest : public ::testing::Test {
 protected:
  ResidencyTest() {
    EXPECT_TRUE(fs_.CreateDirectories("/log"));
    auto made = Segment::Create(fs_, "/log", LogOffset(kSegmentBytes), kSegmentBytes);
    EXPECT_TRUE(made);
    segment_ = *made;
  }
  bool Has(int64_t at, size_t length = kProbe) {
    return residency_.Has(*segment_, segment_->base() + at, length);
  }

  MemoryFileSystem fs_;
  ManualClock clock_;
  std::shared_ptr<Segment> segment_;
  Residency residency_{clock_};
};

TEST_F(ResidencyTest, OneLookHoldsForItsChunkAndForAMoment) {
  EXPECT_TRUE(Has(0));
  fs_.SetCold(true);
  EXPECT_TRUE(Has(100'000));
  EXPECT_FALSE(Has(1 << 20));
  // Reaches into the next chunk.
  EXPECT_FALSE(Has((1 << 20) - 1'000));
  clock_.Advance(1'000);
  EXPECT_FALSE(Has(0));
  fs_.SetCold(false);
  EXPECT_TRUE(Has(0));
}

TEST_F(ResidencyTest, NothingIsKnownBeforeTheFirstLook) {
  fs_.SetCold(true);
  EXPECT_FALSE(Has(0));
  EXPECT_FALSE(Has(kSegmentBytes - 1));
}

TEST_F(ResidencyTest, BehindTheFilesEndThereIsNothingToWaitFor) {
  fs_.SetCold(true);
  EXPECT_TRUE(Has(kSegmentBytes));
  fs_.SetCold(false);
  EXPECT_TRUE(Has(kSegmentBytes - 10));
}

}  // namespace
}  // namespace pintle::store
