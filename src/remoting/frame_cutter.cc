#include "remoting/frame_cutter.h"

namespace pintle::remoting {

Result<Frame> FrameCutter::Next() {
  const ByteView rest = in_.subspan(at_);
  wanted_ = kFrameHeadSize;
  if (rest.size() < kFrameHeadSize) {
    // A length of less than a head will never be followed by one.
    if (rest.size() >= 4) PINTLE_TRY(CheckFrameLength(LoadBig<uint32_t>(rest.data())));
    return Frame{};
  }
  PINTLE_ASSIGN(const FrameHead head, DecodeFrameHead(rest.first<kFrameHeadSize>()));
  wanted_ = head.frame_bytes();
  if (rest.size() < wanted_) return Frame{};
  at_ += wanted_;
  wanted_ = kFrameHeadSize;
  return Frame{head, rest.first(head.frame_bytes())};
}

}  // namespace pintle::remoting
