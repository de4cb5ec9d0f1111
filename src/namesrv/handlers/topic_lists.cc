#include "namesrv/handlers/topic_lists.h"

#include "remoting/bodies/name_list.h"

namespace pintle::namesrv {

remoting::Reply<remoting::NoFields> TopicListReply(const std::vector<std::string>& topics) {
  remoting::Reply<remoting::NoFields> reply;
  reply.body.owned = remoting::EncodeNameList(remoting::kTopicList, topics);
  return reply;
}

remoting::Reply<remoting::NoFields> ListsAreOff(std::string_view setting) {
  return {remoting::ResponseCode::kSystemError,
          fmt::format("disable: {} is false; an administrator can set it", setting)};
}

}  // namespace pintle::namesrv
