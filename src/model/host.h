// An IP address and port as records and message ids hold it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace pintle::model {

// 4 or 16 address bytes in network order. A default host is 0.0.0.0:0.
struct Host {
  std::array<uint8_t, 16> address{};
  uint8_t address_size = 4;  // 4 or 16
  int32_t port = 0;

  bool is_v6() const { return address_size == 16; }
  // "10.0.0.1:10911" or "[::1]:10911".
  std::string ToString() const;
  // A literal address and port; names are not resolved. kInvalidArgument otherwise.
  static Result<Host> Parse(std::string_view text);

  friend bool operator==(const Host&, const Host&) = default;
};

}  // namespace pintle::model
