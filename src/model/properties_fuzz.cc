// Any text parses, finds what it parsed, and is stable after one round.
#include "base/check.h"
#include "model/properties.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using pintle::model::Properties;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Properties parsed = Properties::Parse(text);
  for (const auto& [name, value] : parsed.entries())
    PINTLE_CHECK(pintle::model::FindProperty(text, name) == parsed.Get(name));
  PINTLE_CHECK(Properties::Parse(parsed.ToText()) == parsed);
  pintle::model::TagsCode(text);
  return 0;
}
