#include "namesrv/handlers/register_topic.h"

#include <utility>

#include "base/log.h"
#include "remoting/bodies/topic_route.h"

namespace pintle::namesrv {

// Queues of a broker that has not registered are left out without an error: that broker's own
// registration brings them.
remoting::Reply<remoting::NoFields> RegisterTopic::Handle(NameServer& server,
                                                          const remoting::Call<Request>& call) {
  if (call.body.empty()) return remoting::NoFields{};
  PINTLE_ASSIGN(const model::TopicRoute route, remoting::DecodeTopicRoute(call.body));
  const Status registered = server.routes().RegisterTopic(call.request.topic, route.queues);
  if (!registered) PINTLE_LOG(kWarn, "name server: {}", registered.error().message);
  return remoting::NoFields{};
}

}  // namespace pintle::namesrv
