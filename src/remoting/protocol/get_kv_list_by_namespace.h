// GET_KVLIST_BY_NAMESPACE (219): all keys of a namespace. Body: bodies/kv_table.h.
#pragma once

#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetKvListByNamespaceRequest {
  std::string name_space;

  static constexpr auto kFields =
      std::tuple(Required("namespace", &GetKvListByNamespaceRequest::name_space));
};

}  // namespace pintle::remoting
