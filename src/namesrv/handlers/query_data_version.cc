#include "namesrv/handlers/query_data_version.h"

#include <optional>

#include "remoting/bodies/json_parts.h"

namespace pintle::namesrv {

remoting::Reply<remoting::QueryDataVersionResponse> QueryDataVersion::Handle(
    NameServer& server, const remoting::Call<Request>& call) {
  const Request& request = call.request;
  PINTLE_ASSIGN(const model::DataVersion asked, remoting::DecodeDataVersion(call.body));
  server.routes().Touch(request.cluster_name, request.broker_address, server.clock().MonotonicMs());
  const std::optional<model::DataVersion> known =
      server.routes().VersionOf(request.cluster_name, request.broker_address);

  remoting::Reply<Response> reply;
  reply.fields.changed = !known || *known != asked;
  if (known) reply.body.owned = remoting::EncodeDataVersion(*known);
  return reply;
}

}  // namespace pintle::namesrv
