#include "namesrv/handlers/get_all_topic_list.h"

#include "namesrv/handlers/topic_lists.h"

namespace pintle::namesrv {

remoting::Reply<remoting::NoFields> GetAllTopicList::Handle(NameServer& server,
                                                            const remoting::Call<Request>&) {
  if (!server.settings().list_all_topics()) return ListsAreOff("enableAllTopicList");
  return TopicListReply(server.routes().Topics());
}

}  // namespace pintle::namesrv
