// What the requests for lists of topics have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "remoting/dispatch.h"

namespace pintle::namesrv {

remoting::Reply<remoting::NoFields> TopicListReply(const std::vector<std::string>& topics);
// `setting` is RocketMQ's name of the switch.
remoting::Reply<remoting::NoFields> ListsAreOff(std::string_view setting);

}  // namespace pintle::namesrv
