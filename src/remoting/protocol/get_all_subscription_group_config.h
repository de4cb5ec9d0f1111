// GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201): all consumer groups with their data version, whole or by
// pages. Old callers send no header at all: decode it only when `groupSeq` is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct GetAllSubscriptionGroupConfigRequest {
  int32_t group_seq = 0;
  std::string data_version;
  std::optional<int32_t> max_groups;

  static constexpr auto kFields =
      std::tuple(Required("groupSeq", &GetAllSubscriptionGroupConfigRequest::group_seq),
                 Optional("dataVersion", &GetAllSubscriptionGroupConfigRequest::data_version),
                 Optional("maxGroupNum", &GetAllSubscriptionGroupConfigRequest::max_groups));
};

struct GetAllSubscriptionGroupConfigResponse {
  int32_t total_groups = 0;

  static constexpr auto kFields =
      std::tuple(Required("totalGroupNum", &GetAllSubscriptionGroupConfigResponse::total_groups));
};

}  // namespace pintle::remoting
