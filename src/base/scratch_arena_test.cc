#include "base/scratch_arena.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pintle {
namespace {

TEST(ScratchArenaTest, TextsStayWholeUntilReset) {
  ScratchArena arena;
  std::vector<std::string_view> views;
  for (int i = 0; i < 5000; ++i)
    views.push_back(arena.Copy(std::to_string(int64_t{i} * 1'000'003)));
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(views[i], std::to_string(int64_t{i} * 1'000'003));
}

TEST(ScratchArenaTest, EmptyTextsAndZeroBytesAreAllowed) {
  ScratchArena arena;
  EXPECT_NE(arena.Allocate(0), nullptr);
  EXPECT_EQ(arena.Copy(""), "");
}

TEST(ScratchArenaTest, ServesTheSameRequestAgainFromTheSameBlock) {
  ScratchArena arena;
  arena.Copy(std::string(10'000, 'a'));
  arena.Copy(std::string(20'000, 'b'));
  arena.Reset();
  const size_t capacity = arena.capacity();
  const char* first = arena.Copy(std::string(10'000, 'a')).data();
  arena.Copy(std::string(20'000, 'b'));
  arena.Reset();
  EXPECT_EQ(arena.capacity(), capacity);
  EXPECT_EQ(arena.Copy("x").data(), first);
}

TEST(ScratchArenaTest, GivesBackWhatAHugeRequestNeeded) {
  ScratchArena arena(8192);
  arena.Allocate(1 << 20);
  arena.Reset();
  EXPECT_LE(arena.capacity(), 8192u);
  const char* first = arena.Allocate(1);
  arena.Reset();
  EXPECT_EQ(arena.Allocate(1), first);
}

TEST(ScratchArenaTest, KeepsNothingWhenToldSo) {
  ScratchArena arena(0);
  EXPECT_EQ(arena.Copy("abc"), "abc");
  arena.Reset();
  EXPECT_EQ(arena.capacity(), 0u);
  EXPECT_EQ(arena.Copy("def"), "def");
}

}  // namespace
}  // namespace pintle
