#include "broker/admin/query_subscription_by_consumer.h"

#include "remoting/bodies/subscription.h"

namespace pintle::broker {

remoting::Reply<QuerySubscriptionByConsumer::Response> QuerySubscriptionByConsumer::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const Request& request = call.request;
  const auto found = broker.clients().Find(request.group, request.topic);
  remoting::Reply<Response> answer;
  answer.body.owned =
      remoting::EncodeGroupSubscription(request.group, request.topic, found.subscription.get());
  return answer;
}

}  // namespace pintle::broker
