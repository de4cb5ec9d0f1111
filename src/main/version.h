// Which Pintle this is.
#pragma once

#include <string_view>

namespace pintle::main {

// "0.1.0"
std::string_view Version();

}  // namespace pintle::main
