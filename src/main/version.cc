#include "main/version.h"

namespace pintle::main {

std::string_view Version() { return PINTLE_VERSION; }

}  // namespace pintle::main
