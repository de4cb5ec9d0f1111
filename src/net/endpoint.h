// A host and a port as users write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace pintle::net {

struct Endpoint {
  std::string host;  // a name or a literal address, without brackets
  uint16_t port = 0;

  // "host:port", "[v6]:port". kInvalidArgument says what is wrong.
  static Result<Endpoint> Parse(std::string_view text);
  std::string ToString() const;

  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

}  // namespace pintle::net
