#include "broker/handlers/get_consumer_list_by_group.h"

#include "remoting/bodies/name_list.h"

namespace pintle::broker {

remoting::Reply<GetConsumerListByGroup::Response> GetConsumerListByGroup::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const auto ids = broker.clients().ClientIds(call.request.consumer_group);
  if (ids.empty()) {
    return {remoting::ResponseCode::kSystemError,
            "no consumer for this group, " + call.request.consumer_group};
  }
  remoting::Reply<Response> answer;
  answer.body.owned = remoting::EncodeNameList(remoting::kConsumerIdList, ids);
  return answer;
}

}  // namespace pintle::broker
