// Which requests of RocketMQ's protocol are served, as text for people.
#pragma once

#include <string>

namespace pintle::main {

// The whole of docs/compat/requests.md, made from the lists of handlers.
std::string CompatDocument();

}  // namespace pintle::main
