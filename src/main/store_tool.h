// What `pintle store` does, and how it is told.
#pragma once

#include "cli/command.h"

namespace pintle::main {

// Works on the machine's files; prints on standard output, and errors and progress on standard
// error. Returns the exit code.
int RunStoreTool(const cli::StoreArguments& arguments);

}  // namespace pintle::main
