#include "remoting/binary_header.h"

#include "remoting/codes.h"

namespace pintle::remoting {

namespace {

// RocketMQ has no code of its own at the numbers that these have after the cut.
bool IsCutPopCode(int32_t code) {
  return (code >= request_code::kPopMessage - kCutFromPopCodes &&
          code <= request_code::kPopRollback - kCutFromPopCodes) ||
         code == request_code::kBatchAckMessage - kCutFromPopCodes;
}

}  // namespace

Status DecodeBinaryHeader(ByteView header, Command& out) {
  ByteReader in(header);
  CommandHead& head = out.head;
  head.code = in.Big<int16_t>();
  const auto language = in.Big<uint8_t>();
  head.language =
      language <= static_cast<uint8_t>(Language::kNodeJs) ? Language{language} : Language::kOther;
  head.version = in.Big<int16_t>();
  head.opaque = in.Big<int32_t>();
  head.flag = in.Big<int32_t>();
  if (!head.is_response() && IsCutPopCode(head.code)) head.code += kCutFromPopCodes;

  const auto remark_bytes = in.Big<uint32_t>();
  out.remark = in.TakeText(remark_bytes);
  const auto fields_bytes = in.Big<uint32_t>();
  if (!in.ok() || fields_bytes != in.remaining())
    return Malformed("binary header: {} bytes do not hold a remark of {} and fields of {}",
                     header.size(), remark_bytes, fields_bytes);
  while (in.ok() && in.remaining() > 0) {
    Field& field = out.fields.emplace_back();
    field.name = in.TakeText(in.Big<uint16_t>());
    field.value = in.TakeText(in.Big<uint32_t>());
    if (!in.ok())
      return Malformed("binary header: field {} is longer than the {} bytes of all fields",
                       out.fields.size(), fields_bytes);
  }
  out.has_fields = !out.fields.empty();
  return {};
}

}  // namespace pintle::remoting
