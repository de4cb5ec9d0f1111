// `pintle start`, `namesrv` and `broker`: from the command line to the exit code.
#pragma once

#include <cstdint>

#include "cli/command.h"
#include "main/config_loader.h"

namespace pintle::main {

Role RoleOf(cli::ServerRole role);

// Runs until SIGTERM or SIGINT. Prints where it is reached, and `ready ...` once every listener
// accepts and the name servers that can be reached know the broker. `process_started_ns` is the
// monotonic time of main()'s first line.
int RunServer(const cli::ServerArguments& arguments, int64_t process_started_ns);

}  // namespace pintle::main
