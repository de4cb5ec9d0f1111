// Cuts whole frames off the front of what a connection received.
#pragma once

#include "base/bytes.h"
#include "base/error.h"
#include "remoting/command.h"

namespace pintle::remoting {

struct Frame {
  FrameHead head;
  ByteView bytes;  // all of it; empty: none
};

class FrameCutter {
 public:
  explicit FrameCutter(ByteView in) : in_(in) {}

  // The next whole frame; without bytes when it has not arrived yet. kMalformed as soon as its head
  // says something that cannot be.
  Result<Frame> Next();

  size_t consumed() const { return at_; }
  // How many bytes from consumed() on there must be for the next frame.
  size_t wanted() const { return wanted_; }

 private:
  const ByteView in_;
  size_t at_ = 0;
  size_t wanted_ = kFrameHeadSize;
};

}  // namespace pintle::remoting
