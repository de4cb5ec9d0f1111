// The addresses of this machine, for advertising and for ids.
#pragma once

#include <string>
#include <vector>

namespace pintle::net {

// Literal addresses of interfaces that are up: IPv4 before IPv6, loopback and link-local left out.
// Empty when there are none or the system does not tell.
std::vector<std::string> LocalAddresses();

}  // namespace pintle::net
