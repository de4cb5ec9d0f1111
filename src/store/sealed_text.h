// Values in a file of our own: big-endian, behind a magic and in front of a CRC.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace pintle::store {

// Threads: one thread, the owner.
class SealedWriter {
 public:
  explicit SealedWriter(std::string_view magic) : out_(magic) {}

  template <typename Int>
  void Put(Int value) {
    std::byte bytes[sizeof value];
    StoreBig(bytes, value);
    out_.append(AsText(bytes));
  }
  void PutText(std::string_view text) {
    Put(static_cast<int32_t>(text.size()));
    out_.append(text);
  }
  // Everything, with the CRC of it.
  std::string Seal() &&;

 private:
  std::string out_;
};

// What is between magic and CRC; kMalformed or kCorrupt, named after `noun`, when one does not fit.
Result<ByteView> OpenSealed(std::string_view noun, std::string_view magic, std::string_view text);
// A text with its length before it; the reader is not ok() afterwards when it is cut short.
std::string TakeSealedText(ByteReader& in);

}  // namespace pintle::store
