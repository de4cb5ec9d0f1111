// Text as Java sees it: UTF-16 units decoded from UTF-8. RocketMQ hashes and measures such strings,
// and stores the hashes, so ours must be equal, also for bytes that are not UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pintle {

// new String(bytes, UTF_8): malformed input becomes U+FFFD where and as often as Java's decoder
// puts it.
std::u16string DecodeJavaText(std::string_view utf8);

// new String(bytes, UTF_8).hashCode().
int32_t JavaHashCode(std::string_view utf8);

// new String(bytes, UTF_8).length().
size_t JavaLength(std::string_view utf8);

// Well-formed UTF-8 (RFC 3629): no overlong form, no surrogate, nothing past U+10FFFF.
bool IsUtf8(std::string_view bytes);

}  // namespace pintle
