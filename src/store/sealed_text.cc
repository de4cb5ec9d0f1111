#include "store/sealed_text.h"

#include <utility>

#include "base/crc32.h"

namespace pintle::store {

std::string SealedWriter::Seal() && {
  Put(static_cast<int32_t>(Crc32(AsBytes(out_))));
  return std::move(out_);
}

Result<ByteView> OpenSealed(std::string_view noun, std::string_view magic, std::string_view text) {
  constexpr size_t kCrcBytes = 4;
  if (text.size() < magic.size() + kCrcBytes || !text.starts_with(magic))
    return Malformed("{}: no magic", noun);
  const ByteView all = AsBytes(text);
  const ByteView body = all.first(all.size() - kCrcBytes);
  if (LoadBig<uint32_t>(all.data() + body.size()) != Crc32(body))
    return Fail(ErrorCode::kCorrupt, "{}: CRC mismatch", noun);
  return body.subspan(magic.size());
}

std::string TakeSealedText(ByteReader& in) {
  const auto size = in.Big<int32_t>();
  return std::string(in.TakeText(size < 0 ? SIZE_MAX : static_cast<size_t>(size)));
}

}  // namespace pintle::store
