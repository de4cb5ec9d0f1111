// Requests that are copied and patched instead of encoded, and answers that are scanned instead of
// decoded: what lets one thread load a broker with over a million sends a second.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "client/load/load_options.h"

namespace pintle::client {

// Opaques start here, so that they have ten digits in JSON whatever the slot.
inline constexpr int32_t kFirstOpaque = 1'000'000'000;

// A send request of one queue.
class SendTemplate {
 public:
  SendTemplate(const LoadOptions& options, const LoadTarget& target);

  size_t size() const { return frame_.size(); }
  // Copies the frame to `out` (size() bytes) and fills in what differs from send to send. The first
  // 8 body bytes of each message hold `sent_ns`, unless it is compressed or shorter.
  void Write(std::byte* out, int32_t slot, uint64_t serial, int64_t born_ms, int64_t sent_ns) const;

 private:
  std::string frame_;
  bool binary_;
  size_t opaque_at_ = 0;
  size_t born_at_ = 0;
  std::vector<size_t> uniq_at_;  // the last 16 digits of each message's UNIQ_KEY
  std::vector<size_t> stamp_at_;
};

// A pull request of one queue.
class PullTemplate {
 public:
  PullTemplate(const LoadOptions& options, const LoadTarget& target);

  size_t size() const { return frame_.size(); }
  void Write(std::byte* out, int32_t slot, int64_t offset) const;

 private:
  std::string frame_;
  bool binary_;
  size_t opaque_at_ = 0;
  size_t offset_at_ = 0;  // 19 digits
};

struct ScannedAnswer {
  int32_t code = 0;
  int32_t slot = 0;
  std::optional<int64_t> next_offset;  // nextBeginOffset of a pull's answer
  ByteView body;
};

// Reads what the generator needs out of one whole frame; nullopt when it is not an answer to one of
// its requests. `with_offset`: look for nextBeginOffset.
std::optional<ScannedAnswer> ScanAnswer(ByteView frame, bool with_offset);

// Walks the records of a pull's body: how many there are, and the send time in the first 8 bytes of
// each body (0 when the body is shorter).
template <typename Each>
int64_t ForEachStamp(ByteView body, Each&& each);

int64_t ReadStamp(ByteView record);

template <typename Each>
int64_t ForEachStamp(ByteView body, Each&& each) {
  int64_t records = 0;
  while (body.size() >= 4) {
    const auto size = LoadBig<uint32_t>(body.data());
    if (size < 91 || size > body.size()) break;
    each(ReadStamp(body.first(size)));
    ++records;
    body = body.subspan(size);
  }
  return records;
}

}  // namespace pintle::client
