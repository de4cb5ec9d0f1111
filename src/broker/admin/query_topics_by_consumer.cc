#include "broker/admin/query_topics_by_consumer.h"

#include "remoting/bodies/name_list.h"

namespace pintle::broker {

remoting::Reply<QueryTopicsByConsumer::Response> QueryTopicsByConsumer::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  remoting::Reply<Response> answer;
  answer.body.owned =
      remoting::EncodeNameList(remoting::kTopicList, broker.offsets().TopicsOf(call.request.group),
                               broker.address().advertised.ToString());
  return answer;
}

}  // namespace pintle::broker
