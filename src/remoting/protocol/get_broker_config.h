// GET_BROKER_CONFIG (26): the broker's settings as .properties text in the body.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetBrokerConfigResponse {
  std::string version;  // DataVersion as JSON

  static constexpr auto kFields =
      std::tuple(Required("version", &GetBrokerConfigResponse::version));
};

}  // namespace pintle::remoting
