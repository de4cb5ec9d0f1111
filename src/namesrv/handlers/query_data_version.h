// QUERY_DATA_VERSION (322): does this name server know the broker's topics as they are now? A
// broker asks before it registers again; being asked is a sign of life.
#pragma once

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/query_data_version.h"

namespace pintle::namesrv {

struct QueryDataVersion {
  static constexpr int32_t kCode = remoting::request_code::kQueryDataVersion;
  static constexpr remoting::Access kAccess = remoting::Access::kInternal;
  using Request = remoting::QueryDataVersionRequest;
  using Response = remoting::QueryDataVersionResponse;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
