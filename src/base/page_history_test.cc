#include "base/page_history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace pintle {
namespace {

constexpr size_t kRoom = 6 * kHistoryPageSize;

// A file next to the plain rule that its power losses keep to: the size is the synced one or a
// later one, and each byte has the value it had when synced or a later one.
class Model {
 public:
  void Write(size_t offset, size_t length, char value) {
    SetSize(std::max(size_, offset + length));
    std::fill_n(live_.begin() + static_cast<ptrdiff_t>(offset), length, value);
    Look();
    history_.Record(Live(), offset / kHistoryPageSize,
                    (offset + length + kHistoryPageSize - 1) / kHistoryPageSize);
  }

  void SetSize(size_t size) {
    if (size < size_) std::fill(live_.begin() + static_cast<ptrdiff_t>(size), live_.end(), '\0');
    size_ = size;
    Look();
    history_.RecordSize(static_cast<int64_t>(size));
  }

  void Sync() {
    history_.Sync();
    sizes_.clear();
    for (std::set<char>& values : values_) values.clear();
    Look();
  }

  void SyncPages(size_t first, size_t last) {
    history_.SyncPages(first, last);
    sizes_ = {size_};
    const size_t end = std::min(last * kHistoryPageSize, kRoom);
    for (size_t i = first * kHistoryPageSize; i < end; ++i) values_[i].clear();
    Look();
  }

  void Check(Random& random) const {
    const CrashChances chances{.keep = random.OneIn(4) ? 0.0 : random.Unit(),
                               .tears = random.OneIn(2)};
    const FileImage image = history_.Crash(random, chances);
    ASSERT_TRUE(sizes_.contains(static_cast<size_t>(image.size))) << image.size;
    for (size_t i = 0; i < static_cast<size_t>(image.size); ++i) {
      const size_t page = i / kHistoryPageSize;
      const bool known = page < image.pages.size() && image.pages[page] != nullptr;
      const char value =
          known ? static_cast<char>((*image.pages[page])[i % kHistoryPageSize]) : '\0';
      ASSERT_TRUE(values_[i].contains(value)) << "byte " << i << " is " << int{value};
    }
  }

 private:
  const std::byte* Live() const { return reinterpret_cast<const std::byte*>(live_.data()); }

  void Look() {
    sizes_.insert(size_);
    for (size_t i = 0; i < kRoom; ++i) values_[i].insert(live_[i]);
  }

  std::string live_ = std::string(kRoom, '\0');
  size_t size_ = 0;
  PageHistory history_;
  std::set<size_t> sizes_{0};
  std::vector<std::set<char>> values_{kRoom, {'\0'}};
};

TEST(PageHistoryTest, PowerLossNeverShowsWhatTheFileNeverHeld) {
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    Random random(seed);
    Model model;
    for (int step = 0; step < 60; ++step) {
      const size_t offset = random.Below(kRoom - 1);
      const auto value = static_cast<char>('a' + step % 26);
      switch (random.Below(8)) {
        case 0:
          model.Sync();
          break;
        case 1:
          model.SetSize(random.Below(kRoom));
          break;
        case 2:
          model.SyncPages(offset / kHistoryPageSize, offset / kHistoryPageSize + 2);
          break;
        default:
          model.Write(offset, 1 + random.Below(kRoom - offset), value);
          break;
      }
      ASSERT_NO_FATAL_FAILURE(model.Check(random)) << "seed " << seed << " step " << step;
    }
  }
}

}  // namespace
}  // namespace pintle
