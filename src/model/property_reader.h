// Reads properties off their text, one after the other, without building anything.
#pragma once

#include <string_view>

namespace pintle::model {

struct PropertyView {
  std::string_view name;
  std::string_view value;
};

// Takes one entry off the front of `text`, up to and with its separator. False when the entry is
// one that Java drops: shorter than three characters, no name, or no value. The first separator
// ends the name; further ones belong to the value.
bool TakeProperty(std::string_view& text, PropertyView& out);

}  // namespace pintle::model
