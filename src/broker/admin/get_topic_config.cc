#include "broker/admin/get_topic_config.h"

#include "remoting/bodies/topic_table.h"

namespace pintle::broker {

remoting::Reply<GetTopicConfig::Response> GetTopicConfig::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const auto topic = broker.topics().Find(call.request.topic);
  if (topic == nullptr) {
    return {remoting::ResponseCode::kTopicNotExist,
            fmt::format("No topic in this broker. topic: {}", call.request.topic)};
  }
  remoting::Reply<Response> answer;
  answer.body.owned = remoting::EncodeTopicConfig(topic->config());
  return answer;
}

}  // namespace pintle::broker
