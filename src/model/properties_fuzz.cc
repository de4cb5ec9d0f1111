// Any text parses, finds what it parsed, and is stable after one round.
#include <string>
#include <vector>

#include "base/check.h"
#include "model/properties.h"
#include "model/property_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using pintle::model::Properties;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Properties parsed = Properties::Parse(text);
  std::vector<std::string> names{"absent"};
  for (const auto& [name, value] : parsed.entries()) {
    PINTLE_CHECK(pintle::model::FindProperty(text, name) == parsed.Get(name));
    names.push_back(name);
  }
  std::vector<std::string_view> values(names.size());
  pintle::model::FindValues(text, names, values);
  for (size_t i = 0; i < names.size(); ++i)
    PINTLE_CHECK(values[i] == parsed.Get(names[i]).value_or(std::string_view()));
  PINTLE_CHECK(Properties::Parse(parsed.ToText()) == parsed);
  pintle::model::TagsCode(text);
  return 0;
}
