#include "namesrv/handlers/get_topics_by_cluster.h"

#include "namesrv/handlers/topic_lists.h"

namespace pintle::namesrv {

remoting::Reply<remoting::NoFields> GetTopicsByCluster::Handle(
    NameServer& server, const remoting::Call<Request>& call) {
  if (!server.settings().list_topics()) return ListsAreOff("enableTopicList");
  return TopicListReply(server.routes().TopicsOfCluster(call.request.cluster));
}

}  // namespace pintle::namesrv
