// CHECK_CLIENT_CONFIG (46): can the broker evaluate this subscription?
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "model/subscription.h"

namespace pintle::remoting {

struct CheckClientConfig {
  std::string client_id;
  std::string group;
  std::string name_space;
  model::Subscription subscription;

  friend bool operator==(const CheckClientConfig&, const CheckClientConfig&) = default;
};

std::string EncodeCheckClientConfig(const CheckClientConfig& check);
Result<CheckClientConfig> DecodeCheckClientConfig(ByteView body);

}  // namespace pintle::remoting
