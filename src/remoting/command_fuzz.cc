// Frames and both headers: whatever decodes, encodes, and decodes to the same again. The first byte
// chooses whether the rest is a frame or a header in one of the encodings.
#include <array>
#include <string>

#include "base/check.h"
#include "remoting/binary_header.h"
#include "remoting/command.h"
#include "remoting/fields.h"
#include "remoting/frame_cutter.h"
#include "remoting/protocol/pull_message.h"
#include "remoting/protocol/send_message.h"

namespace {

using namespace pintle;            // NOLINT
using namespace pintle::remoting;  // NOLINT

std::string Framed(HeaderEncoding encoding, std::string_view header) {
  std::array<std::byte, kFrameHeadSize> head{};
  StoreBig(head.data(), static_cast<uint32_t>(4 + header.size()));
  StoreBig(head.data() + 4, static_cast<uint32_t>(header.size()) | static_cast<uint32_t>(encoding)
                                                                       << 24);
  return std::string(AsText(head)).append(header);
}

void TryStructs(const Command& command) {
  SendMessageRequest send;
  SendMessageLongRequest send_long;
  PullMessageRequest pull;
  (void)DecodeFields(command, send);
  (void)DecodeFields(command, send_long);
  (void)DecodeFields(command, pull);
}

void TryFrame(ByteView frame) {
  ScratchArena arena;
  Command command;
  if (!DecodeCommand(frame, arena, command)) return;
  TryStructs(command);
  const std::string encoded = EncodeCommand(command);
  ScratchArena again_arena;
  Command again;
  const Status decoded = DecodeCommand(AsBytes(encoded), again_arena, again);
  PINTLE_CHECK(decoded.has_value(), "{}", decoded.error().message);
  PINTLE_CHECK(again.head == command.head && again.fields.size() == command.fields.size() &&
                   AsText(again.body) == AsText(command.body),
               "not the same again");
  // Text that is no UTF-8 is repaired once; after that it stays.
  PINTLE_CHECK(EncodeCommand(again) == encoded, "not the same text again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const ByteView input(reinterpret_cast<const std::byte*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0: {
      FrameCutter cutter(input);
      while (true) {
        const auto frame = cutter.Next();
        if (!frame || frame->bytes.empty()) break;
        TryFrame(frame->bytes);
      }
      break;
    }
    case 1:
      TryFrame(AsBytes(Framed(HeaderEncoding::kJson, AsText(input))));
      break;
    default:
      TryFrame(AsBytes(Framed(HeaderEncoding::kBinary, AsText(input))));
      break;
  }
  return 0;
}
