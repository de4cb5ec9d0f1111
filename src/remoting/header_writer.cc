#include "remoting/header_writer.h"

#include <charconv>
#include <cstring>

#include "base/check.h"
#include "remoting/json_scanner.h"

namespace pintle::remoting {

namespace {

// Everything of a JSON header that is neither field nor remark, with the longest numbers.
constexpr size_t kJsonFixed = 256;
// `"":"",` and escapes.
constexpr size_t kJsonPerField = 6;
constexpr size_t kJsonPerByte = 6;

constexpr size_t kBinaryFixed = 21;
constexpr size_t kBinaryPerField = 6;

char* Put(char* out, std::string_view text) {
  if (text.empty()) return out;  // its data may be null
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* PutInt(char* out, int32_t value) { return std::to_chars(out, out + 11, value).ptr; }

template <typename Int>
char* PutBig(char* out, Int value) {
  StoreBig(reinterpret_cast<std::byte*>(out), value);
  return out + sizeof value;
}

}  // namespace

size_t HeaderWriter::Bound(size_t fields, size_t text_bytes) {
  static_assert(kJsonFixed > kBinaryFixed && kJsonPerField >= kBinaryPerField);
  return kFrameHeadSize + kJsonFixed + fields * kJsonPerField + text_bytes * kJsonPerByte;
}

HeaderWriter::HeaderWriter(std::byte* out, const CommandHead& head, std::string_view remark)
    : begin_(reinterpret_cast<char*>(out)),
      next_(begin_ + kFrameHeadSize),
      head_(head),
      remark_(remark) {
  if (head_.encoding == HeaderEncoding::kJson) {
    next_ = PutInt(Put(next_, R"({"code":)"), head_.code);
  } else {
    // A code of the pop family is cut, as RocketMQ does it; see binary_header.h.
    next_ = PutBig(next_, static_cast<int16_t>(head_.code));
    next_ = PutBig(next_, static_cast<uint8_t>(head_.language));
    next_ = PutBig(next_, static_cast<int16_t>(head_.version));
    next_ = PutBig(next_, head_.opaque);
    next_ = PutBig(next_, head_.flag);
    next_ = Put(PutBig(next_, static_cast<uint32_t>(remark_.size())), remark_);
    fields_at_ = next_;
    next_ += 4;
  }
}

void HeaderWriter::BeginFields() {
  if (has_fields_) return;
  has_fields_ = true;
  if (head_.encoding == HeaderEncoding::kJson) next_ = Put(next_, R"(,"extFields":{)");
}

void HeaderWriter::AddBinary(std::string_view name, std::string_view value) {
  next_ = Put(PutBig(next_, static_cast<uint16_t>(name.size())), name);
  next_ = Put(PutBig(next_, static_cast<uint32_t>(value.size())), value);
}

// Up to and with the quote before the name.
void HeaderWriter::BeginField() {
  if (has_one_) [[likely]] {
    next_ = Put(next_, R"(,")");
    return;
  }
  BeginFields();
  has_one_ = true;
  *next_++ = '"';
}

void HeaderWriter::AddField(std::string_view name, std::string_view value) {
  if (head_.encoding == HeaderEncoding::kBinary) return AddBinary(name, value);
  BeginField();
  next_ = Put(WriteJsonEscaped(name, next_), R"(":")");
  next_ = WriteJsonEscaped(value, next_);
  *next_++ = '"';
}

void HeaderWriter::AddNamed(std::string_view plain_name, std::string_view value) {
  if (head_.encoding == HeaderEncoding::kBinary) return AddBinary(plain_name, value);
  BeginField();
  next_ = WriteJsonEscaped(value, Put(Put(next_, plain_name), R"(":")"));
  *next_++ = '"';
}

void HeaderWriter::AddPlain(std::string_view plain_name, std::string_view plain_value) {
  if (head_.encoding == HeaderEncoding::kBinary) return AddBinary(plain_name, plain_value);
  BeginField();
  next_ = Put(Put(Put(next_, plain_name), R"(":")"), plain_value);
  *next_++ = '"';
}

size_t HeaderWriter::Finish(size_t body_bytes) {
  if (head_.encoding == HeaderEncoding::kJson) {
    if (has_fields_) *next_++ = '}';
    next_ = PutInt(Put(next_, R"(,"flag":)"), head_.flag);
    next_ = Put(Put(next_, R"(,"language":")"), LanguageName(head_.language));
    next_ = PutInt(Put(next_, R"(","opaque":)"), head_.opaque);
    if (!remark_.empty()) {
      next_ = WriteJsonEscaped(remark_, Put(next_, R"(,"remark":")"));
      *next_++ = '"';
    }
    next_ = PutInt(Put(next_, R"(,"serializeTypeCurrentRPC":"JSON","version":)"), head_.version);
    *next_++ = '}';
  } else {
    PutBig(fields_at_, static_cast<uint32_t>(next_ - fields_at_ - 4));
  }
  const size_t written = static_cast<size_t>(next_ - begin_);
  const size_t header_bytes = written - kFrameHeadSize;
  // 24 bits hold it; whoever writes longer headers made them himself.
  PINTLE_CHECK(header_bytes < size_t{1} << 24, "a header of {} bytes", header_bytes);
  char* at = PutBig(begin_, static_cast<uint32_t>(4 + header_bytes + body_bytes));
  PutBig(at, static_cast<uint32_t>(header_bytes) | static_cast<uint32_t>(head_.encoding) << 24);
  return written;
}

}  // namespace pintle::remoting
