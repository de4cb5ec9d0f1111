// GET_KV_CONFIG (101): the value of a key of a namespace.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetKvConfigRequest {
  std::string name_space;
  std::string key;

  static constexpr auto kFields = std::tuple(Required("namespace", &GetKvConfigRequest::name_space),
                                             Required("key", &GetKvConfigRequest::key));
};

struct GetKvConfigResponse {
  std::string value;

  static constexpr auto kFields = std::tuple(Optional("value", &GetKvConfigResponse::value));
};

}  // namespace pintle::remoting
