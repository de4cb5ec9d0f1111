// Reads properties off their text, one after the other, without building anything.
#pragma once

#include <cstddef>
#include <span>
#include <string>
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

// The values of a few names, in one pass: values[i] becomes that of names[i], of equal names in the
// text the last one's, and stays as it is where there is none. Each name has a character, and no
// separator in it; there are as many values as names.
void FindValues(std::string_view text, std::span<const std::string> names,
                std::span<std::string_view> values);

}  // namespace pintle::model
