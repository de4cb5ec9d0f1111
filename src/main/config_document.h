// The table of keys, as text for people.
#pragma once

#include <string>
#include <string_view>

#include "main/config_loader.h"

namespace pintle::main {

// What `--help` of a server command says of the keys: name, default, effect. Only keys that the
// role reads.
std::string ConfigHelp(Role role);

// The whole of docs/operations/configuration.md.
std::string ConfigDocument();

}  // namespace pintle::main
