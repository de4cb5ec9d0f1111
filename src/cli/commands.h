// The commands: one file and one line each.
#pragma once

#include "cli/command.h"

namespace pintle::cli {

void AddStart(CLI::App& app, Context& context);
void AddNamesrv(CLI::App& app, Context& context);
void AddBroker(CLI::App& app, Context& context);
void AddTopic(CLI::App& app, Context& context);
void AddProduce(CLI::App& app, Context& context);
void AddConsume(CLI::App& app, Context& context);
void AddCluster(CLI::App& app, Context& context);
void AddBench(CLI::App& app, Context& context);
void AddStore(CLI::App& app, Context& context);

// clang-format off
inline constexpr AddCommand kCommands[] = {
    &AddStart,
    &AddNamesrv,
    &AddBroker,
    &AddTopic,
    &AddProduce,
    &AddConsume,
    &AddCluster,
    &AddBench,
    &AddStore,
};
// clang-format on

// Parses the command line, runs the command that it names, and returns the exit code.
int RunCommandLine(int argc, const char* const* argv, Context& context);

}  // namespace pintle::cli
