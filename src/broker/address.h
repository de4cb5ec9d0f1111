// Where this broker is: what it tells name servers, and what it writes into message ids.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "model/host.h"
#include "net/endpoint.h"

namespace pintle::broker {

struct Address {
  net::Endpoint advertised;  // told to name servers, taken by clients as it is
  model::Host host;          // the same for records and ids, which hold no names
};

// `configured` is "host", "host:port" or empty; without a port it is that of `listening`. Without
// anything: the address listened on; when that is a wildcard, the first of `machine`, the
// machine's own addresses. A client elsewhere cannot reach 127.0.0.1, so that is advertised only
// when it is all that is listened on, or all there is.
//
// A configured name is advertised as a name; ids then hold the machine's first address.
Result<Address> ChooseAddress(const net::Endpoint& listening, std::string_view configured,
                              std::span<const std::string> machine);

}  // namespace pintle::broker
