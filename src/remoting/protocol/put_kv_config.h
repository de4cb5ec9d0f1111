// PUT_KV_CONFIG (100): set a key of a namespace.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct PutKvConfigRequest {
  std::string name_space;
  std::string key;
  std::string value;

  static constexpr auto kFields = std::tuple(Required("namespace", &PutKvConfigRequest::name_space),
                                             Required("key", &PutKvConfigRequest::key),
                                             Required("value", &PutKvConfigRequest::value));
};

}  // namespace pintle::remoting
