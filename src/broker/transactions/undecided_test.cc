#include "broker/transactions/undecided.h"

#include <gtest/gtest.h>

namespace pintle::broker {
namespace {

using Offsets = std::vector<int64_t>;

Undecided::Half HalfAt(int64_t log_offset, int64_t due_ms) {
  Undecided::Half half;
  half.log_offset = model::LogOffset(log_offset);
  half.due_ms = due_ms;
  return half;
}

TEST(UndecidedTest, AHalfIsFoundByEveryOffsetItEverHad) {
  Undecided table;
  table.Add(3, HalfAt(300, 10));
  EXPECT_TRUE(table.Move(3, 7, model::LogOffset(700), 1, 20));
  EXPECT_TRUE(table.Move(7, 9, model::LogOffset(900), 2, 30));
  EXPECT_EQ(table.Current(3), 9);
  EXPECT_EQ(table.Current(7), 9);
  EXPECT_EQ(table.Find(3)->log_offset, model::LogOffset(900));
  EXPECT_EQ(table.Find(3)->checks, 2);
  table.Remove(7);
  EXPECT_EQ(table.size(), 0u);
  for (const int64_t offset : {3, 7, 9}) EXPECT_EQ(table.Current(offset), std::nullopt);
  EXPECT_EQ(table.next_due_ms(), Undecided::kNever);
}

TEST(UndecidedTest, TheLongestWaitingIsAskedFirst) {
  Undecided table;
  table.Add(1, HalfAt(10, 30));
  table.Add(2, HalfAt(20, 10));
  table.Add(3, HalfAt(30, 20));
  EXPECT_EQ(table.next_due_ms(), 10);
  EXPECT_EQ(table.Due(9, 10), Offsets{});
  EXPECT_EQ(table.Due(25, 10), (Offsets{2, 3}));
  EXPECT_EQ(table.Due(99, 2), (Offsets{2, 3}));
  EXPECT_TRUE(table.Move(2, 2, model::LogOffset(20), 0, 40));
  EXPECT_EQ(table.Due(99, 9), (Offsets{3, 1, 2}));
  EXPECT_EQ(table.Current(2), 2);
}

TEST(UndecidedTest, WhatIsGoneMovesNowhere) {
  Undecided table;
  EXPECT_FALSE(table.Move(1, 2, model::LogOffset(5), 1, 0));
  table.Remove(1);
  table.AddName(4, 1);
  EXPECT_EQ(table.Find(4), nullptr);
  EXPECT_EQ(table.first(17), 17);
}

TEST(OpProgressTest, OpsAreBehindWhenAllOfTheirHalvesAre) {
  OpProgress ops(100);
  ops.Add(100, 5);
  ops.Add(101, 9);
  ops.Add(102, 7);
  ops.Add(103, 12);
  EXPECT_EQ(ops.Advance(5), 100);
  EXPECT_EQ(ops.Advance(6), 101);
  EXPECT_EQ(ops.Advance(9), 101);
  EXPECT_EQ(ops.Advance(10), 103);
  EXPECT_EQ(ops.Advance(13), 104);
}

}  // namespace
}  // namespace pintle::broker
