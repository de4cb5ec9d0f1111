#include "remoting/bodies/name_list.h"

#include "remoting/bodies/json_parts.h"

namespace pintle::remoting {

std::string EncodeNameList(std::string_view list, const std::vector<std::string>& names,
                           std::string_view broker) {
  JsonWriter out;
  out.BeginObject();
  if (!broker.empty()) out.Member("brokerAddr", broker);
  out.Key(list);
  WriteStrings(out, names);
  out.EndObject();
  return out.Take();
}

Result<std::vector<std::string>> DecodeNameList(std::string_view list, ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody(list, body));
  return ReadStrings(document.root().Items(list));
}

}  // namespace pintle::remoting
