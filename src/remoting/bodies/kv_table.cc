#include "remoting/bodies/kv_table.h"

#include "remoting/bodies/json_parts.h"

namespace pintle::remoting {

std::string EncodeKvTable(const StringMap& table) {
  JsonWriter out;
  out.BeginObject();
  out.Key("table");
  WriteStringMap(out, table);
  out.EndObject();
  return out.Take();
}

Result<StringMap> DecodeKvTable(ByteView body) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("key-value table", body));
  return ReadStringMap(document.root().Members("table"));
}

}  // namespace pintle::remoting
