#include "model/host.h"

#include <arpa/inet.h>

#include <charconv>

namespace pintle::model {
namespace {

constexpr int32_t kPortMax = 65535;

// "10.0.0.1" and "10911", or "::1" and "10911"; empty port when the text has neither shape.
struct HostText {
  std::string address;
  std::string_view port;
  bool v6 = false;
};

HostText Split(std::string_view text) {
  HostText out;
  if (text.starts_with('[')) {
    const size_t close = text.find("]:");
    if (close == std::string_view::npos) return out;
    out.address = text.substr(1, close - 1);
    out.port = text.substr(close + 2);
    out.v6 = true;
    return out;
  }
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return out;
  out.address = text.substr(0, colon);
  out.port = text.substr(colon + 1);
  return out;
}

}  // namespace

std::string Host::ToString() const {
  if (!is_v6())
    return fmt::format("{}.{}.{}.{}:{}", address[0], address[1], address[2], address[3], port);
  char text[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(AF_INET6, address.data(), text, sizeof text);
  return fmt::format("[{}]:{}", text, port);
}

Result<Host> Host::Parse(std::string_view text) {
  const HostText parts = Split(text);
  Host host;
  const auto [end, error] =
      std::from_chars(parts.port.data(), parts.port.data() + parts.port.size(), host.port);
  const bool port_ok = !parts.port.empty() && error == std::errc{} &&
                       end == parts.port.data() + parts.port.size() && host.port >= 0 &&
                       host.port <= kPortMax;
  host.address_size = parts.v6 ? 16 : 4;
  if (!port_ok ||
      ::inet_pton(parts.v6 ? AF_INET6 : AF_INET, parts.address.c_str(), host.address.data()) != 1) {
    return Fail(ErrorCode::kInvalidArgument,
                "'{}' is not an address and port such as 10.0.0.1:10911 or [::1]:10911", text);
  }
  return host;
}

}  // namespace pintle::model
