#include "remoting/bodies/check_client_config.h"

#include "remoting/bodies/json_parts.h"
#include "remoting/bodies/subscription.h"

namespace pintle::remoting {

std::string EncodeCheckClientConfig(const CheckClientConfig& check) {
  JsonWriter out;
  out.BeginObject();
  out.Member("clientId", check.client_id);
  out.Member("group", check.group);
  if (!check.name_space.empty()) out.Member("namespace", check.name_space);
  out.Key("subscriptionData");
  WriteSubscription(out, check.subscription);
  out.EndObject();
  return out.Take();
}

Result<CheckClientConfig> DecodeCheckClientConfig(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("client configuration", body));
  CheckClientConfig check;
  check.client_id = document.root().String("clientId");
  check.group = document.root().String("group");
  check.name_space = document.root().String("namespace");
  if (const JsonValue* subscription = document.root().Find("subscriptionData"))
    check.subscription = ReadSubscription(*subscription);
  return check;
}

}  // namespace pintle::remoting
