#include "client/host_text.h"

#include <array>
#include <charconv>

namespace pintle::client {

const std::string& HostText::Of(const model::Host& host) {
  if (!text_.empty() && host == host_) return text_;
  host_ = host;
  if (host.is_v6()) {
    text_ = host.ToString();
    return text_;
  }
  // Without ToString()'s detours: where many producers send, hosts change with every message.
  std::array<char, 32> text;
  char* at = text.data();
  char* const end = text.data() + text.size();
  for (size_t i = 0; i < 4; ++i) {
    at = std::to_chars(at, end, host.address[i]).ptr;
    *at++ = i < 3 ? '.' : ':';
  }
  at = std::to_chars(at, end, host.port).ptr;
  text_.assign(text.data(), at);
  return text_;
}

}  // namespace pintle::client
