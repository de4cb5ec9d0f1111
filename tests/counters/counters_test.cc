// What the fast path must not do: counted, so that it may be asserted.
#include <gtest/gtest.h>

#include "net/allocation_count_testing.h"
#include "tests/counters/fast_path.h"

namespace pintle::testing {
namespace {

using remoting::HeaderEncoding;
using remoting::ResponseCode;

class CountersTest : public ::testing::TestWithParam<HeaderEncoding> {
 protected:
  // Allocations of one turn that serves `frames`, once turns before have left their memory behind.
  int64_t AllocationsServing(const std::string& frames, int requests) {
    int64_t taken = 0;
    for (int turn = 0; turn < kWarm; ++turn) {
      path_.Upkeep();
      path_.Offer(frames);
      const int64_t before = net::AllocationsOfThisThread();
      path_.ServeTurn();
      taken = net::AllocationsOfThisThread() - before;
      EXPECT_EQ(path_.AnswersWith(ResponseCode::kSuccess), requests);
    }
    return taken;
  }

  static constexpr int kWarm = 20;
  FastPath path_{GetParam()};
};

TEST_P(CountersTest, SendsAllocateNothing) {
  const std::string frames = path_.Sends(FastPath::kRequestsPerTurn);
  EXPECT_EQ(AllocationsServing(frames, FastPath::kRequestsPerTurn), 0);
}

TEST_P(CountersTest, PulledMessagesAllocateNothing) {
  (void)AllocationsServing(path_.Sends(FastPath::kRequestsPerTurn), FastPath::kRequestsPerTurn);
  EXPECT_EQ(AllocationsServing(path_.Pulls(8), 8), 0);
}

TEST_P(CountersTest, RequestsReadTogetherAreAnsweredInOneWrite) {
  (void)AllocationsServing(path_.Sends(FastPath::kRequestsPerTurn), FastPath::kRequestsPerTurn);
  EXPECT_EQ(path_.writes(), 1);
}

INSTANTIATE_TEST_SUITE_P(Encodings, CountersTest,
                         ::testing::Values(HeaderEncoding::kJson, HeaderEncoding::kBinary),
                         [](const auto& info) {
                           return info.param == HeaderEncoding::kJson ? "Json" : "Binary";
                         });

}  // namespace
}  // namespace pintle::testing
