#include "broker/admin/query_topic_consume_by_who.h"

#include <algorithm>
#include <iterator>

#include "remoting/bodies/name_list.h"

namespace pintle::broker {

remoting::Reply<QueryTopicConsumeByWho::Response> QueryTopicConsumeByWho::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const auto subscribed = broker.clients().GroupsOf(call.request.topic);
  const auto consumed = broker.offsets().GroupsOf(call.request.topic);
  std::vector<std::string> groups;
  std::ranges::set_union(subscribed, consumed, std::back_inserter(groups));
  remoting::Reply<Response> answer;
  answer.body.owned = remoting::EncodeNameList(remoting::kGroupList, groups);
  return answer;
}

}  // namespace pintle::broker
