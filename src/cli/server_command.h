// What `start`, `namesrv` and `broker` have in common.
#pragma once

#include <string>

#include "cli/command.h"

namespace pintle::cli {

// Adds a command that runs a server. `examples` are whole lines.
void AddServerCommand(CLI::App& app, Context& context, ServerRole role, const std::string& name,
                      const std::string& summary, const std::string& examples);

}  // namespace pintle::cli
