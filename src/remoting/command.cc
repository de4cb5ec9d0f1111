#include "remoting/command.h"

#include "remoting/binary_header.h"
#include "remoting/fields.h"
#include "remoting/header_writer.h"
#include "remoting/json_header.h"

namespace pintle::remoting {

std::string_view LanguageName(Language language) {
  switch (language) {
    case Language::kJava:
      return "JAVA";
    case Language::kCpp:
      return "CPP";
    case Language::kDotnet:
      return "DOTNET";
    case Language::kPython:
      return "PYTHON";
    case Language::kDelphi:
      return "DELPHI";
    case Language::kErlang:
      return "ERLANG";
    case Language::kRuby:
      return "RUBY";
    case Language::kOther:
      return "OTHER";
    case Language::kHttp:
      return "HTTP";
    case Language::kGo:
      return "GO";
    case Language::kPhp:
      return "PHP";
    case Language::kOms:
      return "OMS";
    case Language::kRust:
      return "RUST";
    case Language::kNodeJs:
      return "NODE_JS";
  }
  return "OTHER";
}

Language LanguageOf(std::string_view text) {
  if (text == "JAVA") [[likely]]
    return Language::kJava;
  for (uint8_t i = 0; i <= static_cast<uint8_t>(Language::kNodeJs); ++i) {
    if (text == LanguageName(static_cast<Language>(i))) return static_cast<Language>(i);
  }
  int32_t ordinal = 0;
  if (ParseFieldText(text, ordinal) && ordinal >= 0 &&
      ordinal <= static_cast<int32_t>(Language::kNodeJs))
    return static_cast<Language>(ordinal);
  return Language::kOther;
}

const Field* Command::Find(std::string_view name) const {
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    if (field->name == name) return &*field;
  }
  return nullptr;
}

Status CheckFrameLength(uint32_t total) {
  if (total >= 4 && total <= kFrameLengthMax) return {};
  return Malformed("frame: length {} is outside 4..{}", static_cast<int32_t>(total),
                   kFrameLengthMax);
}

Result<FrameHead> DecodeFrameHead(std::span<const std::byte, kFrameHeadSize> in) {
  const auto total = LoadBig<uint32_t>(in.data());
  const auto packed = LoadBig<uint32_t>(in.data() + 4);
  if (total < 4 || total > kFrameLengthMax) [[unlikely]]
    return std::unexpected(CheckFrameLength(total).error());
  FrameHead head;
  head.total = total;
  head.header_bytes = packed & 0xffffff;
  const uint32_t kind = packed >> 24;
  if (kind > static_cast<uint32_t>(HeaderEncoding::kBinary))
    return Malformed("frame: header encoding {} is neither 0 (JSON) nor 1 (binary)", kind);
  head.encoding = static_cast<HeaderEncoding>(kind);
  if (head.header_bytes > total - 4)
    return Malformed("frame: a header of {} bytes in a frame that has room for {}",
                     head.header_bytes, total - 4);
  return head;
}

Status DecodeCommand(ByteView frame, ScratchArena& arena, Command& out) {
  if (frame.size() < kFrameHeadSize)
    return Malformed("frame: {} bytes are less than a head of {}", frame.size(), kFrameHeadSize);
  PINTLE_ASSIGN(const FrameHead head, DecodeFrameHead(frame.first<kFrameHeadSize>()));
  if (frame.size() != head.frame_bytes())
    return Malformed("frame: {} bytes where its length says {}", frame.size(), head.frame_bytes());
  return DecodeCommand(head, frame, arena, out);
}

Status DecodeCommand(const FrameHead& head, ByteView frame, ScratchArena& arena, Command& out) {
  out.head = {};
  out.head.encoding = head.encoding;
  out.remark = {};
  out.fields.clear();
  out.has_fields = false;
  out.body = frame.subspan(kFrameHeadSize + head.header_bytes);
  const ByteView header = frame.subspan(kFrameHeadSize, head.header_bytes);
  return head.encoding == HeaderEncoding::kJson ? DecodeJsonHeader(AsText(header), arena, out)
                                                : DecodeBinaryHeader(header, out);
}

std::string EncodeCommand(const CommandHead& head, std::string_view remark,
                          std::span<const Field> fields, ByteView body, bool empty_fields) {
  size_t text = remark.size();
  for (const Field& field : fields) text += field.name.size() + field.value.size();
  std::string out(HeaderWriter::Bound(fields.size(), text) + body.size(), '\0');
  HeaderWriter writer(reinterpret_cast<std::byte*>(out.data()), head, remark);
  if (empty_fields) writer.BeginFields();
  for (const Field& field : fields) writer.AddField(field.name, field.value);
  out.resize(writer.Finish(body.size()));
  out += AsText(body);
  return out;
}

std::string EncodeCommand(const Command& command) {
  return EncodeCommand(command.head, command.remark, command.fields, command.body,
                       command.has_fields);
}

}  // namespace pintle::remoting
