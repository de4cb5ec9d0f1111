// Reading what a broker asks of a client.
#pragma once

#include <vector>

#include "remoting/fields.h"
#include "remoting/remoting_client.h"

namespace pintle::client {

// Reads `out`'s fields out of a request's. Views in `out` borrow from `request`.
template <typename Struct>
pintle::Status DecodeServerRequest(const remoting::ServerRequest& request, Struct& out) {
  std::vector<remoting::Field> fields;
  for (const auto& [name, value] : request.fields) fields.push_back({name, value});
  return remoting::DecodeFields(std::span<const remoting::Field>(fields), out);
}

}  // namespace pintle::client
