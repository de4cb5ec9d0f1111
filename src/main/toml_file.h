// Configuration files in TOML, as plain keys and texts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace pintle::main {

struct TomlEntry {
  std::string key;    // tables joined by dots: "store.path"
  std::string value;  // strings without quotes; arrays of strings joined by ';'
  int line = 0;
};

// kMalformed names the line. Tables of arrays, dates and numbers with a fraction are refused: no
// key takes them.
Result<std::vector<TomlEntry>> ParseToml(std::string_view text);

}  // namespace pintle::main
