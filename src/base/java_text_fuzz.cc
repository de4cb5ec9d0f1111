// Hash, length and validity agree with the decoded text, whatever the bytes.
#include "base/check.h"
#include "base/java_text.h"

namespace {

void AppendUtf8(std::string& out, char32_t c) {
  const auto push = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    push(c);
  } else if (c < 0x800) {
    push(0xc0 | c >> 6);
    push(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    push(0xe0 | c >> 12);
    push(0x80 | (c >> 6 & 0x3f));
    push(0x80 | (c & 0x3f));
  } else {
    push(0xf0 | c >> 18);
    push(0x80 | (c >> 12 & 0x3f));
    push(0x80 | (c >> 6 & 0x3f));
    push(0x80 | (c & 0x3f));
  }
}

std::string Encode(const std::u16string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    char32_t c = text[i];
    if (c >= 0xd800 && c < 0xdc00) c = 0x10000 + ((c - 0xd800) << 10) + (text[++i] - 0xdc00);
    AppendUtf8(out, c);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::u16string text = pintle::DecodeJavaText(bytes);
  uint32_t hash = 0;
  for (const char16_t unit : text) hash = hash * 31 + unit;
  PINTLE_CHECK(pintle::JavaHashCode(bytes) == static_cast<int32_t>(hash));
  PINTLE_CHECK(pintle::JavaLength(bytes) == text.size());
  PINTLE_CHECK(pintle::IsUtf8(bytes) == (Encode(text) == bytes));
  return 0;
}
