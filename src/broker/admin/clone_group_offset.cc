#include "broker/admin/clone_group_offset.h"

#include <string>
#include <vector>

#include "base/log.h"

namespace pintle::broker {

remoting::Reply<CloneGroupOffset::Response> CloneGroupOffset::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const Request& request = call.request;
  std::vector<std::string> topics = {request.topic};
  if (request.topic.empty()) topics = broker.offsets().TopicsOf(request.src_group);
  const auto source = broker.clients().FindGroup(request.src_group);
  for (const std::string& topic : topics) {
    if (!broker.topics().Contains(topic)) continue;
    // What a connected group does not subscribe to any more is left out.
    if (!request.offline && source && !source->subscriptions.empty() &&
        !source->subscriptions.contains(topic)) {
      PINTLE_LOG(kWarn, "offsets: group {} has offsets of topic {} and does not subscribe to it",
                 request.src_group, topic);
      continue;
    }
    broker.offsets().Clone(topic, request.src_group, request.dest_group, call.session->peer().host);
  }
  return {};
}

}  // namespace pintle::broker
