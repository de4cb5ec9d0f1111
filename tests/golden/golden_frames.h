// The recorded frames: tests/golden/frames and its index.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pintle::testing {

struct GoldenFrame {
  std::string file;
  int32_t code = 0;       // of the request, also for its reply
  std::string direction;  // request, oneway or reply
  std::string encoding;   // json or binary
  std::string language;   // of the sender, by its name in the protocol
  std::string status;     // of a reply
  std::string bytes;
};

std::string GoldenFramesDir();

// Every line of the index, in its order.
const std::vector<GoldenFrame>& GoldenFrames();

}  // namespace pintle::testing
