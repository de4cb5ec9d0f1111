#include "broker/handlers/check_client_config.h"

#include "broker/handlers/answer.h"
#include "broker/ops/pull_filter.h"
#include "remoting/bodies/check_client_config.h"

namespace pintle::broker {

remoting::Reply<CheckClientConfig::Response> CheckClientConfig::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const auto check = remoting::DecodeCheckClientConfig(call.body);
  if (!check) return {remoting::ResponseCode::kSystemError, check.error().message};
  const model::Subscription& wanted = check->subscription;
  if (wanted.is_tag()) return {};
  if (!broker.options().property_filter) return Refused<Response>(PropertyFilterIsOff(wanted.type));
  if (const auto compiled = CompileSubscription(broker, wanted); !compiled)
    return Refused<Response>(compiled.error());
  return {};
}

}  // namespace pintle::broker
