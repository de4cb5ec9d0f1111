#include "namesrv/handlers/get_unit_topic_lists.h"

#include "namesrv/handlers/topic_lists.h"

namespace pintle::namesrv {

remoting::Reply<remoting::NoFields> GetUnitTopicLists::Handle(NameServer& server,
                                                              const remoting::Call<Request>& call) {
  if (!server.settings().list_topics()) return ListsAreOff("enableTopicList");
  UnitTopics which = UnitTopics::kUnit;
  if (call.head.code == remoting::request_code::kGetHasUnitSubTopicList)
    which = UnitTopics::kUnitSubscription;
  if (call.head.code == remoting::request_code::kGetHasUnitSubUnUnitTopicList)
    which = UnitTopics::kUnitSubscriptionOnly;
  return TopicListReply(server.routes().TopicsOfUnits(which));
}

}  // namespace pintle::namesrv
