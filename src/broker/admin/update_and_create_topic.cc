#include "broker/admin/update_and_create_topic.h"

#include "broker/attributes.h"
#include "broker/handlers/answer.h"
#include "broker/ops/topics.h"

namespace pintle::broker {

net::Task<remoting::Reply<UpdateAndCreateTopic::Response>> UpdateAndCreateTopic::Handle(
    Broker& broker, remoting::Call<Request> call) {
  const Request& request = call.request;
  model::TopicConfig config;
  config.name = request.topic;
  config.read_queues = request.read_queues;
  config.write_queues = request.write_queues;
  config.perm = request.perm;
  config.filter_type = request.filter_type;
  config.sys_flag = request.topic_sys_flag;
  config.order = request.order;
  auto attributes = ParseAttributeChanges(request.attributes);
  if (!attributes) {
    co_return remoting::Reply<Response>(remoting::ResponseCode::kSystemError,
                                        attributes.error().message);
  }
  config.attributes = *std::move(attributes);

  const auto change = UpdateTopic(broker, std::move(config));
  if (!change) co_return Refused<Response>(change.error());
  const Status written = co_await TopicSettled(broker, call.session->loop(), *change);
  if (!written) co_return Refused<Response>(written.error());
  co_return remoting::Reply<Response>();
}

}  // namespace pintle::broker
