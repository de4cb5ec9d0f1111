#include "store/entry_ring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "base/random.h"

namespace pintle::store {
namespace {

TEST(EntryRingTest, KeepsTheOrderThroughPushesAndPops) {
  EntryRing ring;
  std::deque<int32_t> wanted;
  Random random(1);
  int32_t next = 0;
  for (int turn = 0; turn < 2'000; ++turn) {
    for (size_t pushes = random.Next() % 50; pushes > 0; --pushes) {
      ring.PushBack({.offset = LogOffset(next), .size = next});
      wanted.push_back(next++);
    }
    const size_t pops = random.Next() % 8 == 0 ? wanted.size() : random.Next() % 40;
    ring.PopFront(std::min(pops, wanted.size()));
    wanted.erase(wanted.begin(),
                 wanted.begin() + static_cast<ptrdiff_t>(std::min(pops, wanted.size())));
    ASSERT_EQ(ring.size(), wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) ASSERT_EQ(ring.At(i).size, wanted[i]);
    if (wanted.empty()) ring.Release();
  }
}

}  // namespace
}  // namespace pintle::store
