#include "broker/admin/delete_topic_in_broker.h"

#include "broker/background.h"
#include "broker/handlers/answer.h"
#include "broker/ops/topics.h"

namespace pintle::broker {

net::Task<remoting::Reply<DeleteTopicInBroker::Response>> DeleteTopicInBroker::Handle(
    Broker& broker, remoting::Call<Request> call) {
  net::Loop& loop = call.session->loop();
  const std::string& topic = call.request.topic;
  auto deleting = InBackground(broker.executor(), loop,
                               [&broker, &topic] { return DeleteTopic(broker, topic); });
  const auto change = co_await deleting;
  if (!change) co_return Refused<Response>(change.error());
  if (!*change) co_return Refused<Response>(change->error());
  const Status written = co_await broker.topics().file().Written(loop, **change);
  if (!written) co_return Refused<Response>(written.error());
  co_return remoting::Reply<Response>();
}

}  // namespace pintle::broker
