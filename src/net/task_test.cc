#include "net/task.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/allocation_count_testing.h"

namespace pintle::net {
namespace {

// Waits until somebody calls Open(), on the thread of who does.
class Gate {
 public:
  bool await_ready() const noexcept { return open_; }
  void await_suspend(std::coroutine_handle<> waiter) { waiter_ = waiter; }
  void await_resume() const noexcept {}
  void Open() {
    open_ = true;
    if (auto waiter = std::exchange(waiter_, {})) waiter.resume();
  }

 private:
  bool open_ = false;
  std::coroutine_handle<> waiter_;
};

Task<int> Add(int a, int b) { co_return a + b; }

Task<int> SumTo(int n) {
  int sum = 0;
  for (int i = 1; i <= n; ++i) sum = co_await Add(sum, i);
  co_return sum;
}

Task<void> StoreSum(int n, int* result) { *result = co_await SumTo(n); }

Task<void> WaitAndStore(Gate* gate, std::string text, std::string* result) {
  co_await *gate;
  *result = std::move(text);
}

Task<std::unique_ptr<int>> MakeOwned(int value) { co_return std::make_unique<int>(value); }

Task<void> TakeOwned(int* result) {
  const std::unique_ptr<int> owned = co_await MakeOwned(7);
  *result = *owned;
}

// As Loop::Spawn() starts one.
void Start(Task<void> task) {
  auto handle = task.Release();
  handle.promise().detached = true;
  handle.resume();
}

TEST(TaskTest, RunsWhenAwaitedAndReturnsAValue) {
  int result = 0;
  Start(StoreSum(100, &result));
  EXPECT_EQ(result, 5050);
}

TEST(TaskTest, CarriesValuesThatOnlyMove) {
  int result = 0;
  Start(TakeOwned(&result));
  EXPECT_EQ(result, 7);
}

TEST(TaskTest, DoesNothingUntilItIsStarted) {
  int result = 0;
  {
    const Task<void> dropped = StoreSum(3, &result);
  }
  EXPECT_EQ(result, 0);
}

TEST(TaskTest, GoesOnWhereItIsResumed) {
  Gate gate;
  std::string result;
  Start(WaitAndStore(&gate, "a text too long for a small string", &result));
  EXPECT_EQ(result, "");
  std::thread other([&] { gate.Open(); });
  other.join();
  EXPECT_EQ(result, "a text too long for a small string");
}

TEST(TaskTest, FramesAreRecycled) {
  int result = 0;
  Start(StoreSum(10, &result));
  const int64_t before = AllocationsOfThisThread();
  if (before < 0) GTEST_SKIP() << "a sanitizer owns operator new";
  for (int i = 0; i < 1'000; ++i) Start(StoreSum(10, &result));
  EXPECT_EQ(AllocationsOfThisThread(), before);
}

TEST(RecycledMemoryTest, KeepsABoundedAmount) {
  std::vector<void*> blocks;
  for (int i = 0; i < 1'000; ++i) blocks.push_back(AllocateRecycled(kRecycledBlockMax));
  for (void* block : blocks) FreeRecycled(block, kRecycledBlockMax);
  EXPECT_LE(RecycledBytes(), kRecycledBytesMax);
}

TEST(RecycledMemoryTest, EverySizeIsUsable) {
  for (size_t size = 0; size < 3 * kRecycledBlockMax; size = size * 5 / 4 + 1) {
    for (int round = 0; round < 2; ++round) {
      auto* memory = static_cast<unsigned char*>(AllocateRecycled(size));
      std::fill(memory, memory + size, 0xab);
      FreeRecycled(memory, size);
    }
  }
}

// What one thread allocates another may free: its thread may be gone by then.
TEST(RecycledMemoryTest, BlocksMoveBetweenThreads) {
  std::vector<void*> blocks;
  std::thread maker([&] {
    for (int i = 0; i < 100; ++i) blocks.push_back(AllocateRecycled(300));
  });
  maker.join();
  std::thread freer([&] {
    for (void* block : blocks) FreeRecycled(block, 300);
  });
  freer.join();
}

}  // namespace
}  // namespace pintle::net
