#include "filter/selector_cache.h"

#include <gtest/gtest.h>

namespace pintle::filter {
namespace {

TEST(SelectorCacheTest, CompilesEachExpressionOnce) {
  SelectorCache cache;
  const auto first = cache.Get("a > 5");
  ASSERT_TRUE(first);
  EXPECT_EQ(*cache.Get("a > 5"), *first);
  EXPECT_FALSE(cache.Get("a >"));
  EXPECT_FALSE(cache.Get("a >"));
  EXPECT_EQ(cache.size(), 2u);
}

TEST(SelectorCacheTest, ForgetsWhatWasNotAskedForLongest) {
  SelectorCache cache(12);
  const auto first = cache.Get("a > 1");
  ASSERT_TRUE(cache.Get("a > 2"));
  EXPECT_EQ(*cache.Get("a > 1"), *first);
  ASSERT_TRUE(cache.Get("a > 3"));
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_EQ(*cache.Get("a > 1"), *first);
}

}  // namespace
}  // namespace pintle::filter
