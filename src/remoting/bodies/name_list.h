// Bodies that are one list of names: {"topicList":["a","b"]}.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace pintle::remoting {

// What the list is called.
inline constexpr std::string_view kConsumerIdList = "consumerIdList";  // 38
inline constexpr std::string_view kTopicList = "topicList";            // 206, 224, 304, 305, 343
inline constexpr std::string_view kGroupList = "groupList";            // 300

// `broker`: the address of whom the list is, where it is told; empty: not told.
std::string EncodeNameList(std::string_view list, const std::vector<std::string>& names,
                           std::string_view broker = {});
Result<std::vector<std::string>> DecodeNameList(std::string_view list, ByteView body);

}  // namespace pintle::remoting
