#include "net/input.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.h"

namespace pintle::net {
namespace {

char ByteAt(size_t position) { return static_cast<char>(position * 131 + (position >> 9)); }

// Whatever the sizes of reads and frames, the bytes come through in order, within the bound.
TEST(InputTest, KeepsWhatIsNotConsumed) {
  for (uint64_t seed = 0; seed < 30; ++seed) {
    Random random(seed);
    Input input;
    std::vector<std::byte> shared(random.OneIn(2) ? 1'024 : 64 << 10);
    constexpr size_t kLimit = 200'000;
    size_t arrived = 0;
    size_t consumed = 0;
    for (int step = 0; step < 200; ++step) {
      const size_t wanted = random.OneIn(4) ? random.Below(kLimit) : 1;
      const ByteSpan place = input.Prepare(shared, wanted, kLimit);
      ASSERT_TRUE(!place.empty() || input.size() == kLimit);
      const size_t size = random.Below(place.size() + 1);
      for (size_t i = 0; i < size; ++i) place[i] = static_cast<std::byte>(ByteAt(arrived + i));
      input.Commit(size);
      arrived += size;
      ASSERT_EQ(input.size(), arrived - consumed);
      ASSERT_LE(input.size(), kLimit);
      for (size_t i = 0; i < input.size(); i += 1 + random.Below(50)) {
        ASSERT_EQ(static_cast<char>(input.unread()[i]), ByteAt(consumed + i));
      }
      const size_t eaten = random.OneIn(3) ? input.size() : random.Below(input.size() + 1);
      input.Consume(eaten);
      consumed += eaten;
      input.Settle();
      // Somebody else reads on the same loop.
      std::ranges::fill(shared, std::byte{0xee});
    }
  }
}

// A peer that announces a large request and sends little gets little memory.
TEST(InputTest, GrowsWithWhatHasArrived) {
  Input input;
  std::vector<std::byte> shared(1'024);
  ByteSpan place = input.Prepare(shared, 16 << 20, 17 << 20);
  EXPECT_LE(place.size(), 64u << 10);
  size_t largest = 0;
  while (input.size() < (16u << 20)) {
    place = input.Prepare(shared, 16 << 20, 17 << 20);
    largest = std::max(largest, place.size());
    ASSERT_LE(place.size(), std::max<size_t>(3 * input.size(), 64 << 10));
    input.Commit(place.size());
    input.Settle();
  }
  EXPECT_GT(largest, 1u << 20);
}

}  // namespace
}  // namespace pintle::net
