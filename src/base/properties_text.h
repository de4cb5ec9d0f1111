// Text of java.util.Properties: what RocketMQ's .conf files and configuration bodies are made of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace pintle {

struct PropertyLine {
  std::string key;
  std::string value;
  int line = 0;  // where the entry starts, from 1
};

// Entries in order: `key = value`, `key: value` or `key value`; comments after # and !; a line that
// ends in a backslash goes on in the next; \t \n \r \f \uXXXX and \c for any other c. Unlike
// Java's, values are UTF-8 and lose blanks at their end. kMalformed names the line.
Result<std::vector<PropertyLine>> ParseProperties(std::string_view text);

}  // namespace pintle
