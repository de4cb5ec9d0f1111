#include "net/output.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/recycled_memory.h"
#include "net/allocation_count_testing.h"

namespace pintle::net {
namespace {

std::string Front(const Output& output, size_t views_max) {
  std::vector<ByteView> views(views_max);
  std::string text;
  const size_t count = output.Gather(views);
  for (size_t i = 0; i < count; ++i) text += AsText(views[i]);
  return text;
}

// Whatever is added in whatever way and written in whatever pieces comes out in order, once.
TEST(OutputTest, GivesBackWhatWasAddedInOrder) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Random random(seed);
    Output output;
    std::string model;
    char letter = 'a';
    for (int step = 0; step < 400; ++step) {
      letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1);
      const size_t size = random.OneIn(10) ? random.Below(40'000) : random.Below(900);
      const std::string text(size, letter);
      switch (random.Below(6)) {
        case 0:
        case 1:
          output.Append(text);
          model += text;
          break;
        case 2: {
          const ByteSpan place = output.Reserve(size + 50);
          std::ranges::fill(place, static_cast<std::byte>(letter));
          const size_t back = random.OneIn(5) ? size + 50 : random.Below(51);
          output.Unreserve(back);
          model += std::string(size + 50 - back, letter);
          break;
        }
        case 3: {
          auto pin = std::make_shared<std::string>(text);
          output.AppendPinned(AsBytes(*pin), pin);
          model += text;
          break;
        }
        case 4:
        case 5: {
          const size_t written =
              random.OneIn(20) ? output.bytes() : random.Below(output.bytes() + 1);
          output.Consume(written);
          model.erase(0, written);
          break;
        }
        default:
          break;
      }
      ASSERT_EQ(output.bytes(), model.size());
      const std::string front = Front(output, random.OneIn(4) ? 1'000 : 3);
      ASSERT_TRUE(model.starts_with(front));
      ASSERT_TRUE(!front.empty() || model.empty());
    }
    ASSERT_EQ(Front(output, 10'000), model);
  }
}

TEST(OutputTest, KeepsPinnedBytesUntilTheyAreWritten) {
  Output output;
  auto pin = std::make_shared<std::string>(std::string(1'000, 'p'));
  const std::weak_ptr<std::string> watch = pin;
  output.AppendPinned(AsBytes(*pin), pin);
  pin.reset();
  output.Append("after");
  output.Consume(999);
  EXPECT_FALSE(watch.expired());
  output.Consume(1);
  EXPECT_TRUE(watch.expired());
  EXPECT_EQ(Front(output, 10), "after");
}

TEST(OutputTest, CopiesFewPinnedBytes) {
  Output output;
  const auto pin = std::make_shared<std::string>("short");
  output.AppendPinned(AsBytes(*pin), pin);
  EXPECT_EQ(pin.use_count(), 1);
  EXPECT_EQ(Front(output, 10), "short");
}

TEST(OutputTest, AllocatesNothingInTheSteadyState) {
  Output output;
  const auto turn = [&output] {
    for (int i = 0; i < 500; ++i)
      output.Append(
          "an answer of some ninety bytes, as a send's is; twice that is one hundred and eighty");
    while (!output.empty()) output.Consume(std::min<size_t>(output.bytes(), 10'000));
  };
  turn();
  const int64_t before = AllocationsOfThisThread();
  if (before < 0) GTEST_SKIP() << "a sanitizer owns operator new";
  for (int i = 0; i < 100; ++i) turn();
  EXPECT_EQ(AllocationsOfThisThread(), before);
}

}  // namespace
}  // namespace pintle::net
