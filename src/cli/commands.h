// The list of commands that talk to a cluster.
#pragma once

#include <CLI/CLI.hpp>
#include <array>

namespace pintle::cli {

// Where a command leaves its exit code: 0 done, 1 failed.
struct CommandResult {
  int exit_code = 0;
};

// Each adds one subcommand to `app`; parsing it runs it and leaves its exit code in `result`, which
// outlives the parsing.
void AddTopicCommand(CLI::App& app, CommandResult& result);
void AddProduceCommand(CLI::App& app, CommandResult& result);
void AddConsumeCommand(CLI::App& app, CommandResult& result);
void AddClusterCommand(CLI::App& app, CommandResult& result);
void AddBenchCommand(CLI::App& app, CommandResult& result);

inline constexpr std::array kCommands = {
    &AddTopicCommand, &AddProduceCommand, &AddConsumeCommand, &AddClusterCommand, &AddBenchCommand,
};

}  // namespace pintle::cli
