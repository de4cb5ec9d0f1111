#include "net/endpoint.h"

#include <algorithm>
#include <charconv>

namespace pintle::net {

namespace {

Result<uint16_t> ParsePort(std::string_view text, std::string_view whole) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || port > 65'535) {
    return Fail(ErrorCode::kInvalidArgument,
                "address \"{}\": port \"{}\" is not a number in 0..65535", whole, text);
  }
  return static_cast<uint16_t>(port);
}

bool IsHostCharacter(char c) {
  return static_cast<unsigned char>(c) > ' ' && c != '[' && c != ']' && c != '/' && c != ';' &&
         c != ',' && c != '\x7f';
}

}  // namespace

Result<Endpoint> Endpoint::Parse(std::string_view text) {
  std::string_view host;
  std::string_view port;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos || end + 1 >= text.size() || text[end + 1] != ':') {
      return Fail(ErrorCode::kInvalidArgument, "address \"{}\": want [host]:port", text);
    }
    host = text.substr(1, end - 1);
    port = text.substr(end + 2);
  } else {
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
      return Fail(ErrorCode::kInvalidArgument, "address \"{}\": no port; want host:port", text);
    }
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (host.find(':') != std::string_view::npos) {
      return Fail(ErrorCode::kInvalidArgument,
                  "address \"{}\": an IPv6 address is written in brackets: [{}]:{}", text, host,
                  port);
    }
  }
  if (host.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "address \"{}\": no host; want host:port", text);
  }
  if (!std::ranges::all_of(host, IsHostCharacter)) {
    return Fail(ErrorCode::kInvalidArgument,
                "address \"{}\": the host has a character that no host name has", text);
  }
  PINTLE_ASSIGN(const uint16_t number, ParsePort(port, text));
  return Endpoint{std::string(host), number};
}

std::string Endpoint::ToString() const {
  if (host.find(':') != std::string::npos) return fmt::format("[{}]:{}", host, port);
  return fmt::format("{}:{}", host, port);
}

}  // namespace pintle::net
