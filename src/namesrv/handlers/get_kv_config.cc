#include "namesrv/handlers/get_kv_config.h"

namespace pintle::namesrv {

remoting::Reply<remoting::GetKvConfigResponse> GetKvConfig::Handle(
    NameServer& server, const remoting::Call<Request>& call) {
  const Request& request = call.request;
  std::optional<std::string> value = server.kv().Get(request.name_space, request.key);
  if (!value)
    return {remoting::ResponseCode::kQueryNotFound,
            fmt::format("No config item, Namespace: {} Key: {}", request.name_space, request.key)};
  return Response{.value = *std::move(value)};
}

}  // namespace pintle::namesrv
