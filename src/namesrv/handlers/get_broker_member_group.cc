#include "namesrv/handlers/get_broker_member_group.h"

#include "remoting/bodies/cluster_info.h"

namespace pintle::namesrv {

remoting::Reply<remoting::NoFields> GetBrokerMemberGroup::Handle(
    NameServer& server, const remoting::Call<Request>& call) {
  model::BrokerRoute group;
  group.cluster = call.request.cluster_name;
  group.broker_name = call.request.broker_name;
  group.addresses = server.routes().Members(group.broker_name);
  remoting::Reply<Response> reply;
  reply.body.owned = remoting::EncodeBrokerMemberGroup(group);
  return reply;
}

}  // namespace pintle::namesrv
