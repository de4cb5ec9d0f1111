#include "broker/handlers/check_client_config.h"

#include "remoting/bodies/check_client_config.h"

namespace pintle::broker {

remoting::Reply<CheckClientConfig::Response> CheckClientConfig::Handle(
    Broker&, const remoting::Call<Request>& call) {
  const auto check = remoting::DecodeCheckClientConfig(call.body);
  if (!check) return {remoting::ResponseCode::kSystemError, check.error().message};
  if (check->subscription.is_tag()) return {};
  return {remoting::ResponseCode::kSystemError,
          "The broker does not support consumer to filter message by " + check->subscription.type};
}

}  // namespace pintle::broker
