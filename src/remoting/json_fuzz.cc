// JSON in fastjson's dialect: what parses is written, in each style, and parses again.
#include <string>

#include "base/check.h"
#include "remoting/bodies/json_parts.h"
#include "remoting/json.h"

namespace {

using namespace pintle;            // NOLINT
using namespace pintle::remoting;  // NOLINT

std::string Written(const JsonValue& value, JsonStyle style) {
  JsonWriter out(style);
  WriteJsonValue(out, value);
  return out.Take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = JsonDocument::Parse(text);
  if (!document) return 0;
  for (const JsonStyle style : {JsonStyle::kLegacy, JsonStyle::kStandard, JsonStyle::kPretty}) {
    const std::string written = Written(document->root(), style);
    // An object that is a key may be nested as deep in the text as the limit allows.
    const auto again = JsonDocument::Parse(written, {.depth = 200});
    PINTLE_CHECK(again.has_value(), "{}", again.error().message);
    if (style == JsonStyle::kLegacy)
      PINTLE_CHECK(Written(again->root(), style) == written, "not the same text again");
  }
  return 0;
}
