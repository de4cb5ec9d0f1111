// Tables that are answered whole, or by pages when the caller asks for pages.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "model/topic.h"
#include "remoting/dispatch.h"

namespace pintle::broker {

// Which part of a table is asked for. Old callers name none of the fields.
struct PageRequest {
  std::optional<int32_t> first;  // topicSeq, groupSeq
  std::optional<int32_t> most;   // maxTopicNum, maxGroupNum
  std::string_view version;      // dataVersion: of the table that `first` counts in, as JSON
};

// The places [first, second) of a table of `size` entries in order of name, which is at `version`
// now. A page of a table that has changed since starts over.
std::pair<size_t, size_t> PageOf(const PageRequest& request, size_t size,
                                 const model::DataVersion& version);

}  // namespace pintle::broker
