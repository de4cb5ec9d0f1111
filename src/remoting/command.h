// One remoting command: head, named fields, body; in either header encoding.
//
//   0         4       5         8             8+h                 4+total
//   +---------+-------+---------+-------------+--------------------+
//   |  total  | kind  |    h    |  header: h  |  body: total-4-h   |
//   +---------+-------+---------+-------------+--------------------+
//
// kind 0: JSON header; kind 1: RocketMQ's binary header. Source: docs/formats/remoting.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/scratch_arena.h"

namespace pintle::remoting {

enum class HeaderEncoding : uint8_t { kJson = 0, kBinary = 1 };

// RocketMQ's LanguageCode.
enum class Language : uint8_t {
  kJava,
  kCpp,
  kDotnet,
  kPython,
  kDelphi,
  kErlang,
  kRuby,
  kOther,
  kHttp,
  kGo,
  kPhp,
  kOms,
  kRust,
  kNodeJs,
};
std::string_view LanguageName(Language language);
// By name or by ordinal; anything else is kOther.
Language LanguageOf(std::string_view text);

inline constexpr int32_t kFlagResponse = 1;
inline constexpr int32_t kFlagOneway = 2;

// The version that we tell: the ordinal of V5_5_0 in RocketMQ's MQVersion.
inline constexpr int32_t kOurVersion = 513;

struct CommandHead {
  int32_t code = 0;
  Language language = Language::kJava;
  int32_t version = 0;
  int32_t opaque = 0;
  int32_t flag = 0;
  HeaderEncoding encoding = HeaderEncoding::kJson;

  bool is_response() const { return (flag & kFlagResponse) != 0; }
  bool is_oneway() const { return (flag & kFlagOneway) != 0; }

  friend bool operator==(const CommandHead&, const CommandHead&) = default;
};

struct Field {
  std::string_view name;
  std::string_view value;  // text; JSON escapes undone
};

// A decoded command. Views borrow from the frame and from the arena it was decoded with.
struct Command {
  CommandHead head;
  std::string_view remark;
  std::vector<Field> fields;  // in the order received; kept between uses for its capacity
  bool has_fields = false;    // an empty list of fields is not the same as none, in JSON
  ByteView body;

  // The last field of that name, or nullptr.
  const Field* Find(std::string_view name) const;
};

inline constexpr size_t kFrameHeadSize = 8;
// A whole frame at most, and what its length may say: RocketMQ's decoder counts the four bytes of
// the length too.
inline constexpr uint32_t kFrameSizeMax = 16'777'216;
inline constexpr uint32_t kFrameLengthMax = kFrameSizeMax - 4;

struct FrameHead {
  uint32_t total = 0;  // bytes after the first four
  HeaderEncoding encoding = HeaderEncoding::kJson;
  uint32_t header_bytes = 0;

  size_t frame_bytes() const { return size_t{4} + total; }
};

// kMalformed for what the first four bytes of a frame may not say.
Status CheckFrameLength(uint32_t total);

// kMalformed: a length outside of its limits, a header longer than its frame, an unknown kind.
Result<FrameHead> DecodeFrameHead(std::span<const std::byte, kFrameHeadSize> in);

// Decodes one whole frame into `out`, reusing its memory. Text that had escapes is written to
// `arena`. kMalformed.
Status DecodeCommand(ByteView frame, ScratchArena& arena, Command& out);
// The same for a frame whose head has been decoded, and that is as long as it says.
Status DecodeCommand(const FrameHead& head, ByteView frame, ScratchArena& arena, Command& out);

// Encodes a whole frame. An empty remark is left out; so are fields when there are none, unless
// `empty_fields`: then JSON has "extFields":{}.
std::string EncodeCommand(const CommandHead& head, std::string_view remark,
                          std::span<const Field> fields, ByteView body, bool empty_fields = false);

// The frame that `command` was decoded from, but for what a decoder does not see: blanks, the order
// of keys, other ways to write the same text. Java's frames have one way.
std::string EncodeCommand(const Command& command);

}  // namespace pintle::remoting
