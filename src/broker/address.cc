#include "broker/address.h"

#include <algorithm>

namespace pintle::broker {
namespace {

constexpr std::string_view kLoopback = "127.0.0.1";

bool IsWildcard(std::string_view host) {
  return host.empty() || host == "0.0.0.0" || host == "::" || host == "*";
}

Result<net::Endpoint> ParseConfigured(std::string_view text, uint16_t port) {
  if (const auto whole = net::Endpoint::Parse(text)) return whole;
  // Without a port: a name, an IPv4 address or a bare IPv6 address.
  const bool v6 = std::ranges::count(text, ':') > 1 && !text.starts_with('[');
  return net::Endpoint::Parse(v6 ? fmt::format("[{}]:{}", text, port)
                                 : fmt::format("{}:{}", text, port));
}

}  // namespace

Result<Address> ChooseAddress(const net::Endpoint& listening, std::string_view configured,
                              std::span<const std::string> machine) {
  Address address;
  const std::string own = machine.empty() ? std::string(kLoopback) : machine.front();
  if (!configured.empty()) {
    PINTLE_ASSIGN(address.advertised, ParseConfigured(configured, listening.port));
  } else {
    address.advertised = listening;
    if (IsWildcard(listening.host)) address.advertised.host = own;
  }
  auto host = model::Host::Parse(address.advertised.ToString());
  if (!host) {
    const std::string& literal = IsWildcard(listening.host) ? own : listening.host;
    host = model::Host::Parse(net::Endpoint{literal, address.advertised.port}.ToString());
  }
  if (!host) {
    return Fail(ErrorCode::kInvalidArgument,
                "no address of this machine is known for '{}'; set broker.advertise to one",
                address.advertised.ToString());
  }
  address.host = *host;
  return address;
}

}  // namespace pintle::broker
