// fast_path <send|pull> <json|binary> <turns>: serves so many turns of requests that callgrind may
// count, and says how many messages they carried.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/counters/fast_path.h"

namespace pintle::testing {

// What callgrind collects.
[[gnu::noinline]] void MeasuredTurn(FastPath& path) { path.ServeTurn(); }

namespace {

int Run(bool send, bool json, int turns) {
  constexpr int kWarm = 20;
  constexpr int kPulls = 8;
  FastPath path(json ? remoting::HeaderEncoding::kJson : remoting::HeaderEncoding::kBinary);
  const std::string sends = path.Sends(FastPath::kRequestsPerTurn);
  const std::string pulls = path.Pulls(kPulls);
  for (int turn = 0; turn < kWarm; ++turn) {
    path.Upkeep();
    path.Offer(sends);
    path.ServeTurn();
  }
  const int requests = send ? FastPath::kRequestsPerTurn : kPulls;
  for (int turn = -kWarm; turn < turns; ++turn) {
    path.Upkeep();
    path.Offer(send ? sends : pulls);
    if (turn < 0) {
      path.ServeTurn();
    } else {
      MeasuredTurn(path);
    }
    if (path.AnswersWith(remoting::ResponseCode::kSuccess) != requests) {
      std::fprintf(stderr, "not every request was answered with success\n");
      return 1;
    }
  }
  std::printf("%d\n", turns * requests * (send ? 1 : FastPath::kMessagesPerPull));
  return 0;
}

}  // namespace
}  // namespace pintle::testing

int main(int argc, char** argv) {
  const int turns = argc == 4 ? std::atoi(argv[3]) : 0;
  if (turns <= 0) {
    std::fprintf(stderr, "usage: fast_path send|pull json|binary TURNS\n");
    return 2;
  }
  return pintle::testing::Run(std::strcmp(argv[1], "send") == 0, std::strcmp(argv[2], "json") == 0,
                              turns);
}
