#include "base/check.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/thread_owner.h"

namespace pintle {
namespace {

TEST(CheckDeathTest, NamesThePlaceTheConditionAndTheValues) {
  const int next = 1;
  const int previous = 2;
  PINTLE_CHECK(previous >= next);
  EXPECT_DEATH(PINTLE_CHECK(next >= previous, "goes back: {} -> {}", previous, next),
               "check_test.cc:.*check failed: next >= previous: goes back: 2 -> 1");
}

TEST(ThreadOwnerDeathTest, ForeignThreadIsABug) {
  ThreadOwner owner;
  owner.Assert();
  owner.Assert();
  EXPECT_DEATH(std::thread([&owner] { owner.Assert(); }).join(), "foreign thread");
}

TEST(ThreadOwnerTest, ReleaseHandsOver) {
  ThreadOwner owner;
  owner.Assert();
  owner.Release();
  std::thread([&owner] { owner.Assert(); }).join();
}

}  // namespace
}  // namespace pintle
