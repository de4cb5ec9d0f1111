// DELETE_KV_CONFIG (102): remove a key of a namespace.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct DeleteKvConfigRequest {
  std::string name_space;
  std::string key;

  static constexpr auto kFields =
      std::tuple(Required("namespace", &DeleteKvConfigRequest::name_space),
                 Required("key", &DeleteKvConfigRequest::key));
};

}  // namespace pintle::remoting
